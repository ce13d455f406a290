import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct AnswerTests {
    @Test(
        arguments: [
            (400, [], .refused, nil), (404, [], .refused, nil), (422, [], .refused, nil), (401, [], .unauthorized, nil),
            (403, [], .unauthorized, nil), (500, [], .unavailable, nil), (502, [], .unavailable, nil),
            (503, [], .unavailable, nil),
            (500, [("Retry-After", "9")], .unavailable, 9), (503, [("Retry-After", "9")], .rateLimited, 9),
            (429, [], .rateLimited, nil),
            (429, [("Retry-After", "17")], .rateLimited, 17), (403, [("Retry-After", "60")], .rateLimited, 60),
            (403, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "30")], .rateLimited, 30),
            (403, [("X-RateLimit-Remaining", "0")], .rateLimited, nil), (410, [], .refused, nil),
            (304, [], .refused, nil),
            (302, [], .refused, nil),
        ] as [(Int, [(String, String)], SourceError.Code, Int64?)]
    )
    func statuses(_ status: Int, _ headers: [(String, String)], _ code: SourceError.Code, _ seconds: Int64?)
        async throws
    {
        let error = try await failing({ _ in .json(#"{"message":"because"}"#, status: status, headers: headers) })
        #expect(error?.code == code)
        #expect(error?.retryAfter == seconds.map { .seconds($0) })
        #expect(error?.message.contains("/items: \(status) ") == true)
        if status >= 400 { #expect(error?.message.hasSuffix(#"it says: {"message":"because"}"#) == true) }
    }

    @Test(
        "A secondary limit of GitHub that says no time is a limit all the same: the engine decides for how long",
        arguments: [403, 429]
    )
    func aLimitWithoutATime(_ status: Int) async throws {
        let message = #"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}"#
        let error = try await failing({ _ in .json(message, status: status) })
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == nil)
    }

    @Test(
        "U7: what the source says means an expired cursor is an expired cursor",
        arguments: [
            (410, "{}", nil),
            (404, #"{"error":{"type":"search_context_missing"}}"#, #".error.type == "search_context_missing""#),
            (200, #"{"errors":[{"code":"EXPIRED"}]}"#, #"any(.errors[]?; .code == "EXPIRED")"#),
        ] as [(Int, String, String?)]
    )
    func expiredCursors(_ status: Int, _ body: String, _ when: String?) async throws {
        let handler: HTTPTestServer.Handler = { _ in .json(body, status: status) }
        let configure: (inout HTTPSource.Configuration) -> Void = {
            $0.pagination = .cursor(next: ".next", parameter: "after")
            $0.expired.when = when
        }
        #expect(try await failing(handler, at: ["cursor": "c"], configure)?.code == .cursorExpired)
        // Without a cursor nothing can have expired, and starting over would not help.
        #expect(try await failing(handler, configure)?.code != .cursorExpired)
    }

    @Test func statusesThatMeanExpiredAreConfigured() async throws {
        let error = try await failing({ _ in .json("{}", status: 400) }, at: ["cursor": "c"]) {
            $0.pagination = .cursor(next: ".next", parameter: "after")
            $0.expired.statuses = [400]
        }
        #expect(error?.code == .cursorExpired)
    }

    @Test func aCompressedAnswerIsUnpacked() async throws {
        // gzip of `[{"a":"ü"}]`.
        let gzip: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 139, 174, 86, 74, 84, 178, 82, 58, 188, 71, 169, 54, 22, 0, 143, 75, 56,
            91, 12, 0,
            0, 0,
        ]
        let result = try await reading({ request in
            #expect(request.header("accept-encoding")?.contains("gzip") == true)
            return HTTPTestServer.Response(headers: [("Content-Encoding", "gzip")], body: gzip)
        }) { $0.entity = "." }
        #expect(result.entities == [#"{"a":"ü"}"#])
    }

    @Test(arguments: [true, false]) func anAnswerAboveTheLimitIsRefused(_ isAnnounced: Bool) async throws {
        let error = try await failing({ _ in
            var body = Array("[\"".utf8)
            body += [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
            let headers = isAnnounced ? [] : [("Transfer-Encoding", "chunked")]
            return HTTPTestServer.Response(headers: headers, body: body + Array("\"]".utf8))
        }) { $0.maxResponseBytes = 5_000 }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("larger than 5000 bytes (maxResponseBytes)") == true)
    }

    @Test func anAnswerOfJustTheLimitIsTaken() async throws {
        let result = try await reading({ _ in .json("[1]") }) {
            $0.entity = "."
            $0.maxResponseBytes = 3
        }
        #expect(result.entities == ["1"])
    }

    @Test("U8: an answer that does not end in time fails its page", arguments: [0, 5])
    func anAnswerThatStallsTimesOut(_ sent: Int) async throws {
        let error = try await failing({ _ in
            HTTPTestServer.Response(body: [UInt8](repeating: UInt8(ascii: " "), count: sent), end: .stalled)
        }) { $0.requestTimeout = .milliseconds(50) }
        #expect(error?.code == .timeout)
        #expect(error?.message.contains("(requestTimeout)") == true)
    }

    @Test func anAnswerThatIsCutShortIsUnavailable() async throws {
        let error = try await failing({ _ in HTTPTestServer.Response(body: Array("[{}".utf8), end: .cut) })
        #expect(error?.code == .unavailable)
    }

    @Test func aHostThatIsNotThereIsUnavailable() async throws {
        let port = try await HTTPTestServer.with({ _ in .json("[]") }) { $0.port }
        var configuration = HTTPSource.Configuration(url: "http://127.0.0.1:\(port)/items?token=s3cret")
        configuration.entity = "."
        let source = try HTTPSource(configuration, logger: quiet)
        let error = await #expect(throws: SourceError.self) { try await source.readPage() }
        #expect(error?.code == .unavailable)
        #expect(
            error?.message
                == "GET http://127.0.0.1:\(port)/items: cannot connect to http://127.0.0.1:\(port): nothing listens there (connection refused)"
        )
    }

    @Test func cancellationEndsARead() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        try await HTTPTestServer.with({ _ in
            start.yield()
            return HTTPTestServer.Response(end: .stalled)
        }) { server in
            var configuration = HTTPSource.Configuration(url: server.url)
            configuration.entity = "."
            let source = try HTTPSource(configuration, logger: quiet)
            let reading = Task { try await source.readPage() }
            for await _ in started { break }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
        }
    }

    @Test func connectionsAreUsedAgain() async throws {
        try await HTTPTestServer.with({ _ in .json("[]") }) { server in
            var configuration = HTTPSource.Configuration(url: server.url)
            configuration.entity = "."
            let source = try HTTPSource(configuration, logger: quiet)
            for _ in 0..<5 { _ = try await source.readPage() }
            #expect(server.connections == 1)
            #expect(server.requests.count == 5)
            #expect(server.requests[0].header("user-agent") == "tidemark/0.1.0")
            #expect(server.requests[0].header("accept") == "application/json")
        }
    }
}
