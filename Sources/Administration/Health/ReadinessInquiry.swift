internal import AsyncHTTPClient
internal import Catalog
internal import Glibc
internal import NIOCore
internal import NIOHTTP1

/// Asks a process of this machine whether it is ready: the health check of a container that holds no other program.
package struct ReadinessInquiry: Sendable {
    /// The URL that is asked.
    package let url: String

    /// - Parameter host: where the process listens; of one that listens on every address, loopback is asked.
    package init(host: String, port: Int) {
        let asked = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        url = "http://\(asked.contains(":") ? "[\(asked)]" : asked):\(port)/health/ready"
    }

    /// Why it is not ready, or gave no answer; nil when it is ready.
    ///
    /// - Parameter limit: how long it may take to answer.
    package func problem(within limit: Duration = .seconds(4)) async -> String? {
        var configuration = HTTPClient.Configuration()
        // Whoever asks asks again.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let problem = await ask(client, within: limit)
        try? await client.shutdown()
        return problem
    }

    private func ask(_ client: HTTPClient, within limit: Duration) async -> String? {
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: TimeAmount(limit))
            if response.status == .ok { return nil }
            let body = Array(buffer: try await response.body.collect(upTo: 65_536))
            return (try? JSON(parsing: body))?["reason"]?.string ?? "it answered \(response.status.code)"
        } catch let error as IOError where error.errnoCode == ECONNREFUSED {
            return "nothing listens there (connection refused)"
        } catch {
            return "it gave no answer: \(error)"
        }
    }
}
