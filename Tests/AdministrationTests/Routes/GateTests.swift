import Catalog
import HTTPTypes
import Ingestion
import Redis
import TestSupport
import Testing

@testable import Administration

@Suite struct GateTests {
    private let path = "/api/v1/providers/github/"

    @Test("without tokens, whoever is on the machine may do everything, under a name of the machine")
    func openOnLoopback() async throws {
        try await APISite.with(.init(tokens: [], hostNames: ["Tidemark.example.com"])) { site async throws in
            func get(_ host: String) async throws -> Int {
                try await site.ask("GET", "/api/v1/providers", token: nil, headers: ["Host": host]).status
            }
            for host in ["127.0.0.1:\(site.port)", "localhost", "[::1]:80", "tidemark.example.com:443"] {
                #expect(try await get(host) == 200, "\(host)")
            }
            // A name that was made to point here, to have a browser ask.
            for host in [
                "evil.example.com", "127.0.0.1.evil.example.com", "tidemark.example.com.evil", "[::2]", "10.0.0.1",
            ] {
                #expect(try await get(host) == 403, "\(host)")
            }
            // Health is for those who know no name.
            #expect(try await site.ask("GET", "/health/ready", token: nil, headers: ["Host": "10.0.0.1"]).status == 200)
        }
    }

    @Test("without tokens, a page of another site cannot have the browser change anything")
    func foreignPages() async throws {
        try await APISite.with(.init(tokens: [])) { site async throws in
            func pause(_ headers: [String: String]) async throws -> Int {
                try await site.ask("POST", path + "pause", token: nil, headers: headers).status
            }
            #expect(try await pause([:]) == 403)
            #expect(try await pause(["Content-Type": "application/x-www-form-urlencoded"]) == 403)
            #expect(try await pause(["Content-Type": "text/plain"]) == 403)
            let json = ["Content-Type": "application/json"]
            #expect(try await pause(json.merging(["Origin": "https://evil.example.com"]) { $1 }) == 403)
            #expect(try await pause(json.merging(["Origin": "null"]) { $1 }) == 403)
            #expect(try await pause(json.merging(["Origin": "http://127.0.0.1:1"]) { $1 }) == 403)
            #expect(try await site.engine.operations.status(of: "github").pausedSince == nil)
            #expect(try await pause(json.merging(["Origin": "http://127.0.0.1:\(site.port)"]) { $1 }) == 200)
            #expect(try await pause(["X-Requested-With": "curl"]) == 200)
            #expect(site.log.lines.contains { $0.contains("audit.caller=loopback") })
        }
    }

    @Test("with tokens and http.names, the server is asked under these names only")
    func names() async throws {
        try await APISite.with(.init(hostNames: ["tidemark.example.com"])) { site async throws in
            for (host, status) in [("tidemark.example.com", 200), ("localhost", 200), ("other.example.com", 403)] {
                #expect(try await site.ask("GET", "/api/v1/workers", headers: ["Host": host]).status == status)
            }
        }
        try await APISite.with { site async throws in
            #expect(try await site.ask("GET", "/api/v1/workers", headers: ["Host": "10.1.2.3"]).status == 200)
        }
    }

    @Test("what is asked too often is 429 with the time to wait; health and webhooks are not counted")
    func rate() async throws {
        try await APISite.with(.init(server: { $0.requestsPerSecond = 1 })) { site in
            #expect(try await site.ask("GET", "/api/v1/workers").status == 200)
            var last: APISite.Answer?
            for _ in 0..<200 where last?.status != 429 { last = try await site.ask("GET", "/api/v1/workers") }
            #expect(last?.status == 429 && last?.headers["retry-after"] == "1")
            for _ in 0..<20 { #expect(try await site.ask("GET", "/health/ready").status == 200) }
            #expect(try await site.ask("POST", "/webhooks/github", [:]).status == 404)
        }
    }

    @Test("wrong tokens are 429 after some; who has a right one is not kept out by them")
    func failedAuthentications() async throws {
        try await APISite.with(.init(server: { $0.requestsPerSecond = 30 })) { site in
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try await site.ask("GET", "/api/v1/workers", token: "wrong").status) }
            #expect(statuses == [401, 401, 401, 429, 429])
            let refused = try await site.ask("GET", "/api/v1/workers", token: "wrong")
            #expect(refused.headers["retry-after"].flatMap { Int($0) }.map { $0 > 10 } == true)
            #expect(try await site.ask("GET", "/api/v1/workers").status == 200)
            #expect(try await site.ask("GET", "/api/v1/workers", token: nil).status == 401)
        }
    }

    @Test(
        "a query or body that is not what it must be is refused, and changes nothing",
        arguments: [
            ("GET", "rejected?limit=0", nil, 400), ("GET", "rejected?limit=1001", nil, 400),
            ("GET", "rejected?limit=+1", nil, 400), ("GET", "rejected?limit=1&limit=2", nil, 400),
            ("GET", "rejected?limit=%zz", nil, 400), ("GET", "rejected?limits=1", nil, 400),
            ("GET", "rejected?before=1", nil, 400), ("GET", "sweep?cursor=-1", nil, 400),
            ("GET", "sweep?cursor=99999999999999999999", nil, 400), ("GET", "stream?limit=1", nil, 400),
            ("POST", "cancel", #"{"seconds": -1}"#, 400), ("POST", "cancel", #"{"seconds": 1.5}"#, 400),
            ("POST", "cancel", #"{"second": 1}"#, 400), ("POST", "cancel", "[]", 400), ("POST", "cancel", "{", 400),
            ("POST", "purge", nil, 400), ("POST", "purge", "{}", 400), ("POST", "purge", #"{"publish": 1}"#, 400),
            ("POST", "pause", #"{"for": "1h"}"#, 400), ("POST", "dead-jobs/retry", #"{"jobs": [1]}"#, 400),
        ] as [(String, String, String?, Int)]
    )
    func shapes(_ method: String, _ end: String, _ body: String?, _ status: Int) async throws {
        try await APISite.with { site async throws in
            let before = try await site.engine.operations.status(of: "github")
            try await RawConnection.with(port: site.port) { connection in
                let length = body.map { "Content-Type: application/json\r\nContent-Length: \($0.utf8.count)\r\n" } ?? ""
                try await connection.send(
                    "\(method) \(path)\(end) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Authorization: bearer \(APISite.manage.text)\r\n\(length)\r\n\(body ?? "")"
                )
                let answer = await connection.rest()
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(answer)")
            }
            var after = try await site.engine.operations.status(of: "github")
            after.at = before.at
            #expect(after == before)
        }
    }

    @Test("a body that is too long, or no JSON, is 413 or 415")
    func bodies() async throws {
        try await APISite.with { site async throws in
            let long = JSON.object(["jobs": .array([.string(String(repeating: "a", count: 70_000))])])
            #expect(try await site.ask("POST", path + "dead-jobs/retry", long).status == 413)
            for headers in [["Content-Type": "text/plain"], ["Content-Encoding": "gzip"]] {
                #expect(try await site.ask("POST", path + "pause", [:], headers: headers).status == 415)
            }
        }
    }

    @Test("names that no provider can have are 404, whatever they would be in Redis")
    func hostileNames() async throws {
        try await APISite.with { site async throws in
            for name in ["github:deltas", "github%3Adeltas", "..", "a%00b", "%7Btidemark:1%7D", "-", "é"] {
                guard let encoded = name.addingPercentEncoding() else { continue }
                #expect(try await site.ask("GET", "/api/v1/providers/\(encoded)").status == 404, "\(name)")
                #expect(try await site.ask("POST", "/incremental/providers/\(encoded)/cancel").status == 404, "\(name)")
            }
        }
    }

    @Test("without Redis the answer is 503 with the time to wait, and tells nothing of it")
    func withoutRedis() async throws {
        try await withTemporaryDirectory { directory in
            let nowhere = RedisConfiguration(address: .unixSocket(path: directory + "/none.sock"))
            try await withRedisClient(nowhere) { client in
                try await APISite.with(.init(redis: client)) { site async throws in
                    for (method, end) in [("GET", ""), ("POST", "pause"), ("GET", "stream")] {
                        let answer = try await site.ask(method, path + end)
                        #expect(answer.status == 503 && answer.headers["retry-after"] == "5")
                        #expect(!answer.json.description.contains(directory))
                    }
                    #expect(try await site.ask("GET", "/health/live").status == 200)
                    #expect(try await site.ask("GET", "/health/ready").status == 503)
                }
            }
        }
    }

    @Test("what takes longer than its time is ended, and 503 with the time after which to ask again")
    func timeLimit() async throws {
        try await APISite.with(
            .init(server: { $0.answerLimit = .milliseconds(50) }, groups: [EndlessEndpoint()])
        ) { site async throws in
            let answer = try await site.ask("GET", "/endless")
            #expect(answer.status == 503 && answer.headers["retry-after"] == "1")
        }
    }
}

/// Answers when it is cancelled.
private struct EndlessEndpoint: EndpointGroup {
    func add(to table: inout EndpointTable) {
        table.add([
            Endpoint(
                name: "wait",
                method: .get,
                path: "/endless",
                guarding: .scope(.read),
                summary: "Wait.",
                answers: []
            ) { _ in
                while !Task.isCancelled { try await Task.sleep(for: .seconds(60)) }
                throw CancellationError()
            }
        ])
    }
}

extension String {
    /// As it stands in the path of a URL; what is encoded already stays.
    fileprivate func addingPercentEncoding() -> String? {
        utf8.map { byte in
            byte < 0x80 && byte > 0x20 ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
