import Catalog
import Ingestion
import Synchronization
import TestSupport
import Testing

@testable import EntitySources

/// How requests keep to the budget of their provider.
@Suite struct HTTPExchangeTests {
    /// Reads a page twice with a budget; what the source was asked, and the errors of both reads.
    private func readingTwice(
        rate: CallRate? = nil,
        _ handler: @escaping HTTPTestServer.Handler
    ) async throws -> (requests: Int, errors: [(any Error)?], status: ProviderStatus) {
        let provider = Provider.test("test", TestSource(names: ["a"])) {
            ($0.callRate, $0.burstLength) = (rate, .zero)
        }
        return try await HTTPTestServer.with(handler) { server in
            try await withEngineResult([provider]) { engine in
                var configuration = HTTPSource.Configuration(url: server.url + "/items")
                configuration.entity = "."
                let source = try HTTPSource(configuration, logger: quiet, now: { 1_700_000_000 })
                var errors: [(any Error)?] = []
                for _ in 0..<2 {
                    let budget = CallBudget(provider, store: engine.store, clock: ContinuousClock())
                    do {
                        _ = try await CallBudget.$current.withValue(budget) { try await source.readPage() }
                        errors.append(nil)
                    } catch {
                        errors.append(error)
                    }
                }
                return (server.requests.count, errors, try await engine.operations.status(of: "test"))
            }
        }
    }

    private func withEngineResult<Result>(
        _ providers: [Provider],
        _ body: (TestEngine) async throws -> Result
    ) async throws -> Result {
        var result: Result?
        try await withEngine(providers) { result = try await body($0) }
        return try #require(result)
    }

    @Test(
        "U8: what an answer says of the time to come back holds for every request after it",
        arguments: [
            (429, [("Retry-After", "90")], "", SourceError.Code.rateLimited, 90),
            (429, [("Retry-After", "Tue, 14 Nov 2023 22:15:20 GMT")], "", .rateLimited, 120),
            (503, [("Retry-After", "90")], "", .rateLimited, 90), (429, [], "", .rateLimited, 60),
            (403, [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000090")], "", .rateLimited, 90),
            (403, [], "You have exceeded a secondary rate limit.", .rateLimited, 60),
            (200, [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000090")], "[]", nil, 90),
            (200, [("RateLimit", #""default";r=0;t=90"#)], "[]", nil, 90),
        ] as [(Int, [(String, String)], String, SourceError.Code?, Int64)]
    )
    func notBefore(
        _ status: Int,
        _ headers: [(String, String)],
        _ body: String,
        _ code: SourceError.Code?,
        _ seconds: Int64
    ) async throws {
        let result = try await readingTwice { _ in .json(body, status: status, headers: headers) }
        #expect(result.requests == 1)
        #expect((result.errors[0] as? SourceError)?.code == code)
        let deferred = try #require(result.errors[1] as? CallsDeferred)
        #expect(deferred.wait > .seconds(seconds - 30) && deferred.wait <= .seconds(seconds) * 1.1 + .seconds(1))
        let until = try #require(result.status.callsUntil)
        #expect(until > result.status.at + (seconds - 30) * 1_000 && until <= result.status.at + seconds * 1_000)
    }

    @Test(
        "an answer that says nothing of it changes nothing",
        arguments: [
            (200, [("x-ratelimit-remaining", "7"), ("x-ratelimit-reset", "1700000090")], "[]"),
            (200, [("x-ratelimit-remaining", "0")], "[]"), (403, [], "Resource not accessible"), (500, [], ""),
        ] as [(Int, [(String, String)], String)]
    )
    func noWord(_ status: Int, _ headers: [(String, String)], _ body: String) async throws {
        let result = try await readingTwice { _ in .json(body, status: status, headers: headers) }
        #expect(result.requests == 2)
        #expect(result.status.callsUntil == nil)
    }

    @Test("each request takes a call, those that a redirect asks for too")
    func redirects() async throws {
        let result = try await readingTwice(rate: CallRate(calls: 20, per: .seconds(3_600))) { request in
            request.path == "/items" ? .json("", status: 307, headers: [("Location", "/other")]) : .json("[]")
        }
        #expect(result.requests == 2)
        #expect(result.errors[0] == nil && result.errors[1] is CallsDeferred)
    }
}
