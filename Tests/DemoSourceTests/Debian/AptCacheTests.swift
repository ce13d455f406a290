import Logging
import Subprocess
import SystemPackage
import Testing

@testable import DemoSource

@Suite("Reading apt-cache")
struct AptCacheTests {
    @Test("A list is read as it streams; the first paragraph of a name is kept")
    func list() async throws {
        let index = try await load(
            """
            printf 'Package: b\\nVersion: 2\\nArchitecture: amd64\\n\\n'
            printf 'Package: a\\nVersion: 1\\n\\nPackage: b\\nVersion: 2\\nArchitecture: i386\\n'
            """
        )
        #expect(index.origin == .apt)
        #expect(index.packages.map(\.name) == ["a", "b"])
        #expect(index.packages.map(\.version) == ["1", "2"])
    }

    @Test(
        "Without a list to read, a generated one is served, and why is said",
        arguments: [
            ("exit 0", "apt-cache lists no packages"),
            ("printf 'Package: a\\n'; exit 100", "100"),
        ]
    )
    func unreadable(script: String, reason: String) async throws {
        let index = try await load(script)
        guard case .generated(let said) = index.origin else {
            Issue.record("\(index.origin)")
            return
        }
        #expect(said.contains(reason))
        #expect(index.packages.count == 500)
    }

    @Test("On a machine without apt, a generated list is served")
    func missing() async throws {
        let apt = AptCache(executable: .name("tidemark-no-such-program"))
        let index = try await PackageIndex.load(from: apt, orGenerate: 500, logger: Logger(label: "test"))
        #expect(index.origin == .generated(reason: "there is no apt-cache on this machine"))
    }

    /// Reads what a shell script prints in the place of `apt-cache`.
    private func load(_ script: String) async throws -> PackageIndex {
        let apt = AptCache(executable: .path("/bin/sh"), arguments: ["-c", script])
        return try await PackageIndex.load(from: apt, orGenerate: 500, logger: Logger(label: "test"))
    }
}
