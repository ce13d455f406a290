import AsyncHTTPClient
import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import DemoSource

/// A client of the demo server, just large enough for its tests.
struct TestClient {
    let url: String

    struct Answer: Decodable {
        struct Item: Decodable {
            var id: String?
            var name: String
        }
        struct Failure: Decodable {
            var code: String?
        }
        var items: [Item]?
        var next: String?
        var cursors: [String]?
        var total: Int?
        var error: Failure?
        var status = 0
        var retryAfter: String?

        private enum CodingKeys: CodingKey {
            case items, next, cursors, total, error
        }
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 4 << 20)
        let bytes = Array(body.readableBytesView)
        var answer = try JSONDecoder().decode(Answer.self, from: Data(bytes.isEmpty ? Array("{}".utf8) : bytes))
        answer.status = Int(response.status.code)
        answer.retryAfter = response.headers.first(name: "Retry-After")
        return answer
    }

    /// The names or ids of all records from `path` on.
    func walk(_ path: String) async throws -> [String] {
        var keys: [String] = []
        var answer = try await get(path)
        while true {
            keys += try #require(answer.items).map { $0.id ?? $0.name }
            guard let next = answer.next else { return keys }
            let base = path.split(separator: "&cursor=")[0]
            answer = try await get("\(base)&cursor=\(next)")
        }
    }
}

/// Runs a server over generated packages for as long as `body` takes.
func withServer(
    packages: Int,
    _ configuration: DemoServer.Configuration = .init(),
    body: (DemoServer, TestClient) async throws -> Void
) async throws {
    // The end of the test cancels the server, which its HTTP server reports as an error.
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = DemoServer(
        index: .generated(count: packages, reason: "of a test"),
        configuration: configuration,
        logger: logger
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        defer { group.cancelAll() }
        try await body(server, TestClient(url: try await server.url))
    }
}
