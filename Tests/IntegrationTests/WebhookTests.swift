import AsyncHTTPClient
import Foundation
import Ingestion
import NIOCore
import NIOHTTP1
import Subprocess
import TestSupport
import Testing

/// Webhooks, as processes take them.
@Suite struct WebhookTests {
    @Test(
        "a worker, a server alone and `run` take webhooks, and end the request in hand when they are stopped",
        arguments: [["worker", "--http", "0"], ["serve", "--http", "127.0.0.1:0"], ["run"]]
    )
    func roles(_ arguments: [String]) async throws {
        try await withDeployment(chains: 1, pageSize: 5) { deployment in
            try addWebhook(to: deployment.directory)
            try deployment.source.list(["a", "b"])
            try await withTidemark(["worker"], name: "reader", in: deployment.directory, environment: variables) { _ in
                try await eventually { (try? await deployment.status().completed) == 1 }
            }
            let status = try await withTidemark(
                arguments,
                name: "server",
                in: deployment.directory,
                environment: variables
            ) { process in
                let port = try await HTTPSite.port(of: process)
                #expect(
                    try await send(#"{"gone": "component:default/a"}"#, port, token: "wrong-token-of-the-hook") == 401
                )
                #expect(try await send(#"{"gone": "component:default/a"}"#, port) == 200)
                #expect(try await deployment.status().known == 1)
                #expect(try await send("{}", port) == 202)
                try process.send(.terminate)
                try await eventually { process.hasEnded }
                let log = process.lines.joined(separator: "\n")
                #expect(log.contains("a webhook's event applied"))
                #expect(!log.contains("token-of-the-hook"))
            }
            #expect(status == .exited(0))
        }
    }

    private let variables = ["HOOK_TOKEN": "the-token-of-the-hook"]

    private func addWebhook(to directory: String) throws {
        let file = URL(filePath: directory + "/tidemark.yaml")
        let yaml = try String(contentsOf: file, encoding: .utf8).replacing(
            "    source: {",
            with: """
                    webhook: { bearer: "${HOOK_TOKEN}", event: ".payload | select(.gone) | {removed: [.gone]}" }
                    source: {
                """
        )
        try Data(("http: { port: 0 }\n" + yaml).utf8).write(to: file)
    }

    private func send(_ body: String, _ port: Int, token: String = "the-token-of-the-hook") async throws -> Int {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/webhooks/\(Deployment.provider)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.body = .bytes(ByteBuffer(string: body))
        return Int(try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status.code)
    }
}
