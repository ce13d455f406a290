import Foundation
import Ingestion
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A tester of APIs that is not ours, over the document that is served.
@Suite struct SchemathesisTests {
    /// Made by deploy/prepare --tests.
    private static let program = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../.build-tests/python/bin/schemathesis"
    ).standardized.path()

    /// The provider that there is, and the names that a client may send.
    private static let configuration = """
        [parameters]
        provider = "\(Deployment.provider)"
        """

    @Test("schemathesis finds no failure in what is served")
    func findsNothing() async throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.program),
            "schemathesis is missing: deploy/prepare --tests installs it"
        )
        try await withDeployment(chains: 2, pageSize: 5) { deployment in
            let token = try await HTTPSite.token(scope: "manage", in: deployment.directory)
            try HTTPSite.configure(deployment.directory, token)
            let settings = deployment.directory + "/schemathesis.toml"
            try Data(Self.configuration.utf8).write(to: URL(filePath: settings))
            try deployment.source.list((0..<20).map { "e\($0)" })
            try await withTidemark(["run"], name: "run", in: deployment.directory) { process in
                let port = try await HTTPSite.port(of: process)
                try await eventually { (try? await deployment.status().completed) == 1 }
                let result = try await run(
                    .path(FilePath(Self.program)),
                    arguments: Arguments([
                        "--config-file", settings, "run", "http://127.0.0.1:\(port)/openapi.json", "--header",
                        "Authorization: Bearer \(token.text)", "--max-examples", "5", "--seed", "1", "--no-color",
                        // It has no end, and schemathesis would wait for it.
                        "--exclude-path", "/api/v1/watch",
                    ]),
                    workingDirectory: FilePath(deployment.directory),
                    output: .string(limit: 4 << 20),
                    error: .string(limit: 1 << 20)
                )
                #expect(
                    result.terminationStatus == .exited(0),
                    "\(result.standardOutput)\(result.standardError)"
                )
            }
        }
    }
}
