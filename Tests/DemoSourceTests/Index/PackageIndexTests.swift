import Catalog
import Logging
import Testing

@testable import DemoSource

@Suite("The package index")
struct PackageIndexTests {
    @Test("A package is served as one JSON object")
    func record() {
        var builder = PackageIndexBuilder()
        builder.add([
            .package: "g++", .version: "4:12.2.0-3", .architecture: "amd64", .section: "devel", .priority: "optional",
            .maintainer: "Debian GCC <debian-gcc@lists.debian.org>", .homepage: "https://gcc.gnu.org/?a=\"b\"",
            .source: "gcc-defaults (1.203)", .preDepends: "dpkg (>= 1)",
            .depends: "cpp (= 4:12.2.0-3), g++-12 | clang, dpkg",
            .tag: "devel::lang:c++,\nrole::program", .description: "GNU C++\tcompiler\nlong text", .installedSize: "29",
        ])
        builder.add([.package: "bare"])
        let revision = Revision(builder.finish(origin: .apt))
        #expect(
            text(revision, .packages, 1) == """
                {"name":"g++","version":"4:12.2.0-3","maintainer":{"id":"debian-gcc_at_lists.debian.org",\
                "name":"Debian GCC","email":"debian-gcc@lists.debian.org"},"architecture":"amd64","section":"devel",\
                "priority":"optional","source":"gcc-defaults","homepage":"https://gcc.gnu.org/?a=\\"b\\"",\
                "installed_kib":29,"summary":"GNU C++\\tcompiler","depends":["dpkg","cpp","g++-12"],\
                "tags":["devel::lang:c++","role::program"]}
                """
        )
        #expect(
            text(revision, .packages, 0) == """
                {"name":"bare","version":"0","maintainer":{"id":"unknown_at_debian.invalid","name":"Unknown",\
                "email":"unknown@debian.invalid"},"architecture":"all","section":"misc","priority":"optional",\
                "source":"bare","homepage":null,"installed_kib":0,"summary":"","depends":[],"tags":[]}
                """
        )
    }

    @Test("The generated index is the same every time, of distinct names, some of them awkward")
    func generated() {
        let index = PackageIndex.generated(count: 10_000, reason: "of a test")
        let again = PackageIndex.generated(count: 10_000, reason: "of a test")
        #expect(index.packages.count == 10_000)
        #expect(index.packages.map(\.name) == again.packages.map(\.name))
        #expect(index.packages.map(\.version) == again.packages.map(\.version))
        #expect(index.members == again.members)
        #expect(index.packages.contains { $0.name.utf8.count > 63 })
        #expect(index.packages.contains { $0.name.contains("+") })
        #expect(Set(Revision(index).maintainers.map(\.id)).count > 1_900)
        #expect(index.origin.description == "a generated package index, because of a test")
    }

    @Test("This machine's index: names in order and distinct, ids that are catalog names")
    func machine() async throws {
        let revision = Revision(try await PackageIndex.load(logger: Logger(label: "test")))
        #expect(zip(revision.packages, revision.packages.dropFirst()).allSatisfy { $0.name < $1.name })
        #expect(Set(revision.maintainers.map(\.id)).count == Set(revision.maintainers.map(\.email)).count)
        for maintainer in revision.maintainers { #expect(isCatalogName(maintainer.id), "\(maintainer)") }
    }

    private func text(_ revision: Revision, _ list: RecordList, _ position: Int) -> String {
        var json = JSONWriter()
        revision.append(list, at: position, to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
