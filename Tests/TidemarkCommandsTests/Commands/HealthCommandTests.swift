import TestSupport
import Testing

@testable import TidemarkCommands

@Suite struct HealthCommandTests {
    private func health(_ status: Int, _ body: String) async throws -> (status: Int32, output: String, errors: String) {
        try await HTTPTestServer.with { request in
            request.path == "/health/ready" ? .json(body, status: status) : .json("{}", status: 404)
        } _: { server in
            await TestConsole.run("health", "--http", "0.0.0.0:\(server.port)")
        }
    }

    @Test func readyIsStatus0() async throws {
        let result = try await health(200, #"{"status":"ready","reason":null}"#)
        #expect(result == (0, "ready\n", ""))
    }

    @Test("Not ready is status 1, with the reason")
    func notReady() async throws {
        let result = try await health(503, #"{"status":"not ready","reason":"Redis cannot be reached"}"#)
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: not ready: Redis cannot be reached\n  where: http://127.0.0.1:"))
    }

    @Test("Another server is not taken for one that is ready")
    func anotherServer() async throws {
        let result = try await health(404, "not found")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: not ready: it answered 404\n"))
    }

    @Test func nobodyThereIsStatus1() async throws {
        let port = try await HTTPTestServer.with { _ in
            .json("{}")
        } _: {
            $0.port
        }
        let result = await TestConsole.run("health", "--http", "\(port)")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: not ready: nothing listens there"))
    }

    @Test(
        "Of a process that listens on every address, loopback is asked",
        arguments: [("[::]:1", "http://[::1]:1/"), ("0.0.0.0:1", "http://127.0.0.1:1/"), ("1", "http://127.0.0.1:1/")]
    )
    func loopback(_ address: String, _ url: String) async {
        let result = await TestConsole.run("health", "--http", address)
        #expect(result.errors.contains("where: \(url)health/ready\n"))
    }
}
