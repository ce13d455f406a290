import Catalog
import Ingestion
import Logging
import TestSupport
import Testing

@testable import Administration

@Suite struct HTTPServerTests {
    private func head(_ body: String, _ site: TestSite, more: String = "") -> String {
        "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-GitHub-Delivery: 1\r\n"
            + "X-Hub-Signature-256: \(TestSite.signature(body))\r\nContent-Length: \(body.utf8.count)\r\n\(more)\r\n"
    }

    private let body = #"{"added": ["new"], "removed": []}"#

    @Test("a request that does not arrive whole within its time is cut off, and changes nothing")
    func slowBody() async throws {
        try await TestSite.with(change: { $0.receiveLimit = .milliseconds(300) }) { site in
            try await RawConnection.with(port: site.port) { connection in
                try await connection.send(head(body, site) + body.dropLast())
                #expect(await connection.rest() == "")
            }
            #expect(try await site.events().isEmpty)
        }
    }

    @Test("a head that never ends is cut off")
    func slowHead() async throws {
        try await TestSite.with(change: { $0.idleLimit = .milliseconds(300) }) { site in
            try await RawConnection.with(port: site.port) { connection in
                try await connection.send("POST /webhooks/github HTTP/1.1\r\nHost: x\r\nX-")
                #expect(await connection.rest() == "")
            }
        }
    }

    @Test(
        "a head that is too large, or can be read in two ways, is refused",
        arguments: [
            "X-Large: \(String(repeating: "a", count: 20_000))\r\n",
            (0..<200).map { "X-\($0): 1\r\n" }.joined(),
            "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n", "No colon\r\n",
        ]
    )
    func hostileHead(_ more: String) async throws {
        try await TestSite.with { site in
            try await RawConnection.with(port: site.port) { connection in
                try await connection.send(head(body, site, more: more) + body)
                let answer = await connection.rest()
                #expect(answer == "" || answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            }
            #expect(try await site.events().isEmpty)
        }
    }

    @Test("a body that is announced as small and comes as large is cut at the limit")
    func chunkedBody() async throws {
        try await TestSite.with { site in
            try await RawConnection.with(port: site.port) { connection in
                let head = head(body, site).replacing(
                    "Content-Length: \(body.utf8.count)",
                    with: "Transfer-Encoding: chunked"
                )
                try await connection.send(head.replacing("Host: x", with: "Host: x\r\nConnection: close"))
                let chunk = String(repeating: " ", count: 4_096)
                for _ in 0..<4 { try await connection.send("1000\r\n\(chunk)\r\n") }
                try await connection.send("0\r\n\r\n")
                #expect(await connection.rest().hasPrefix("HTTP/1.1 413"))
            }
        }
    }

    @Test("on graceful shutdown a request in hand is ended, and no other is taken")
    func shutDown() async throws {
        try await TestSite.with { site in
            try await RawConnection.with(port: site.port) { connection in
                try await connection.send(head(body, site) + body.dropLast())
                // The server has the head: it answers nothing before the rest, but a request after it on another connection.
                #expect(try await site.send("{", to: "/nothing").status == 404)
                await site.shutDown()
                try await connection.send(String(body.suffix(1)))
                let answer = await connection.rest()
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains(#""added":1"#), "\(answer)")
            }
            #expect(try await site.events().count == 1)
            await #expect(throws: (any Error).self) { _ = try await site.send(body) }
        }
    }

    @Test("an address that is taken is an error that says so")
    func takenAddress() async throws {
        try await TestSite.with { site in
            var configuration = HTTPServer.Configuration()
            configuration.port = site.port
            let second = HTTPServer(
                configuration,
                access: try Access(host: configuration.host, tokens: []),
                groups: [],
                logger: .quiet
            )
            let error = await #expect(throws: HTTPServerError.self) { try await second.run() }
            #expect(error?.description.contains("127.0.0.1:\(site.port)") == true)
        }
    }
}
