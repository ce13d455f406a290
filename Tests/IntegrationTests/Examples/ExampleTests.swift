import Catalog
import Foundation
import Redis
import Subprocess
import TestSupport
import Testing

@Suite("deploy/examples") struct ExampleTests {
    @Test(
        "Every example passes `tidemark check` against its source, and gives entities",
        arguments: try ExampleFiles.names
    )
    func check(_ file: String) async throws {
        try await ExampleSource.with(file) { environment in
            try await withTemporaryDirectory { directory in
                try await withRedisServer(directory: directory + "/redis") { redis in
                    guard case .unixSocket(let socket) = redis.address else { throw Unexpected() }
                    let path = ExampleFiles.directory + "/" + file
                    let result = try await tidemark(
                        ["check", "--config", path, "--redis-url", "redis+unix://\(socket)", "--json"],
                        in: directory,
                        environment: environment
                    )
                    #expect(result.status == .exited(0), "\(result.errors)\(result.output)")
                    try expectEntities(in: JSON(parsing: result.output))
                }
            }
        }
    }

    private func expectEntities(in report: JSON) throws {
        #expect(report["warnings"] == [])
        let providers = try #require(report["providers"]?.array)
        #expect(!providers.isEmpty)
        for provider in providers {
            let entities = provider["entities"]?.integer ?? 0
            #expect(entities > 0, "\(provider)")
            #expect(provider["rejected"] == [], "\(provider)")
        }
    }

    @Test("Every example is described in the README beside it, and nothing else is")
    func index() throws {
        let readme = try String(contentsOfFile: ExampleFiles.directory + "/README.md", encoding: .utf8)
        let named = readme.matches(of: #/\[([a-z0-9-]+\.yaml)\]\(([a-z0-9-]+\.yaml)\)/#).map { match in
            match.1 == match.2 ? String(match.1) : "\(match.1) leads to \(match.2)"
        }
        #expect(try named.sorted() == ExampleFiles.names)
    }
}
