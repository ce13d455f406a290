import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct ReplayWithoutNetworkTests {
    private static let unshare = "/usr/bin/unshare"

    /// Whether this user may make a namespace without a network.
    private static func canUnshare() async -> Bool {
        let result = try? await run(
            .path(FilePath(unshare)),
            arguments: ["--map-root-user", "--net", "true"],
            output: .discarded,
            error: .discarded
        )
        return result?.terminationStatus == .exited(0)
    }

    @Test("`check --replay` reads recorded pages where there is no network at all", .enabled { await canUnshare() })
    func replay() async throws {
        try await ExampleSource.with("post-cursor.yaml") { environment in
            try await withTemporaryDirectory { directory in
                let check = ["check", "--config", ExampleFiles.directory + "/post-cursor.yaml", "services", "--json"]
                let live = try await tidemark(
                    check + ["--pages", "2", "--record", "kept"],
                    in: directory,
                    environment: environment
                )
                #expect(live.status == .exited(0), "\(live.errors)\(live.output)")

                // The URL is part of the request; the key is not needed.
                let replayed = try await run(
                    .path(FilePath(Self.unshare)),
                    arguments: Arguments(
                        ["--map-root-user", "--net", TidemarkProcess.executable.string] + check + ["--replay", "kept"]
                    ),
                    environment: .inherit.updating(["SERVICES_URL": environment["SERVICES_URL"], "SERVICES_KEY": nil]),
                    workingDirectory: FilePath(directory),
                    output: .string(limit: 1 << 20),
                    error: .string(limit: 1 << 20)
                )
                #expect(replayed.terminationStatus == .exited(0), "\(replayed.standardError)")
                for name in ["\"billing\"", "\"search\""] {
                    #expect(replayed.standardOutput.contains("\"name\": \(name)"), "\(replayed.standardOutput)")
                }
            }
        }
    }
}
