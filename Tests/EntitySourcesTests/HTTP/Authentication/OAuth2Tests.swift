import Catalog
import Ingestion
import Synchronization
import TestSupport
import Testing

@testable import EntitySources

/// A source whose tokens come from a server of their own.
@Suite struct OAuth2Tests {
    private static let secret = "cl1ent s3cret/+"

    /// Gives out `token-1-of-this-test`, `token-2-…`, unless `refuse` answers in its place.
    private static func authorizationServer(
        lifetime: String? = "3600",
        _ refuse: @escaping @Sendable (Int) -> HTTPTestServer.Response? = { _ in nil }
    ) -> HTTPTestServer.Handler {
        let count = Mutex(0)
        return { _ in
            let number = count.withLock {
                $0 += 1; return $0
            }
            if let refusal = refuse(number) { return refusal }
            let expires = lifetime.map { #","expires_in":\#($0)"# } ?? ""
            return .json(#"{"access_token":"token-\#(number)-of-this-test","token_type":"bearer"\#(expires)}"#)
        }
    }

    private static func source(
        _ api: HTTPTestServer,
        _ issuer: HTTPTestServer,
        clock: TestClock = TestClock(),
        fetched: FetchedSecrets = FetchedSecrets(),
        _ change: (inout HTTPSource.OAuth2) -> Void = { _ in }
    ) throws -> HTTPSource {
        var client = HTTPSource.OAuth2(tokenURL: issuer.url + "/token", clientID: "c:1", clientSecret: secret)
        change(&client)
        var configuration = HTTPSource.Configuration(url: api.url + "/items")
        configuration.entity = "."
        configuration.authentication = .oauth2(client)
        return try HTTPSource(configuration, fetched: fetched, logger: quiet, now: { clock.now })
    }

    private static func failure(
        _ lifetime: String? = "3600",
        _ refusal: HTTPTestServer.Response
    ) async throws -> SourceError? {
        try await HTTPTestServer.with(authorizationServer { _ in refusal }) { issuer in
            try await HTTPTestServer.with({ _ in .json("[]") }) { api in
                let source = try source(api, issuer)
                let error = await #expect(throws: SourceError.self) { try await source.readPage() }
                #expect(api.requests.isEmpty)
                return error
            }
        }
    }

    @Test("a token is fetched once and used until shortly before it expires")
    func lifetime() async throws {
        try await HTTPTestServer.with(Self.authorizationServer()) { issuer in
            try await HTTPTestServer.with({ _ in .json("[]") }) { api in
                let clock = TestClock()
                let source = try Self.source(api, issuer, clock: clock)
                for _ in 0..<3 { _ = try await source.readPage() }
                #expect(issuer.requests.count == 1)
                clock.advance(by: 3_539)
                _ = try await source.readPage()
                #expect(issuer.requests.count == 1)
                clock.advance(by: 1)
                _ = try await source.readPage()
                #expect(issuer.requests.count == 2)
                let sent = api.requests.map { $0.header("authorization") }
                #expect(
                    sent == Array(repeating: "Bearer token-1-of-this-test", count: 4) + ["Bearer token-2-of-this-test"]
                )
            }
        }
    }

    @Test(
        "a token without a lifetime is used until the source refuses it, one of a few seconds for most of them",
        arguments: [(nil, 1_000_000, 1), ("\"30\"", 26, 1), ("30", 27, 2), ("0", 0, 2)] as [(String?, Int64, Int)]
    )
    func shortLifetimes(_ lifetime: String?, _ later: Int64, _ fetches: Int) async throws {
        try await HTTPTestServer.with(Self.authorizationServer(lifetime: lifetime)) { issuer in
            try await HTTPTestServer.with({ _ in .json("[]") }) { api in
                let clock = TestClock()
                let source = try Self.source(api, issuer, clock: clock)
                _ = try await source.readPage()
                clock.advance(by: later)
                _ = try await source.readPage()
                #expect(issuer.requests.count == fetches)
            }
        }
    }

    @Test("what is asked of the token endpoint", arguments: HTTPSource.OAuth2.Method.allCases)
    func request(_ method: HTTPSource.OAuth2.Method) async throws {
        try await HTTPTestServer.with(Self.authorizationServer()) { issuer in
            try await HTTPTestServer.with({ _ in .json("[]") }) { api in
                let source = try Self.source(api, issuer) {
                    $0.method = method
                    $0.scopes = ["read:a", "b"]
                    $0.audience = "https://api"
                }
                _ = try await source.readPage()
                let request = try #require(issuer.requests.first)
                #expect(request.method == "POST")
                #expect(request.header("content-type") == "application/x-www-form-urlencoded")
                let asked = "grant_type=client_credentials&scope=read%3Aa%20b&audience=https%3A%2F%2Fapi"
                let body = String(decoding: request.body, as: UTF8.self)
                switch method {
                case .basic:
                    #expect(body == asked)
                    let expected = Credentials.base64("c%3A1:cl1ent%20s3cret%2F%2B")
                    #expect(request.header("authorization") == "Basic \(expected)")
                case .post:
                    #expect(body == asked + "&client_id=c%3A1&client_secret=cl1ent%20s3cret%2F%2B")
                    #expect(request.header("authorization") == nil)
                }
            }
        }
    }

    @Test("a token that the source refuses is fetched anew, once for a request")
    func refusedToken() async throws {
        try await HTTPTestServer.with(Self.authorizationServer()) { issuer in
            try await HTTPTestServer.with({ request in
                request.header("authorization") == "Bearer token-1-of-this-test"
                    ? .json("{}", status: 401) : .json("[]")
            }) { api in
                let source = try Self.source(api, issuer)
                _ = try await source.readPage()
                #expect(issuer.requests.count == 2)
                #expect(api.requests.count == 2)
            }
            try await HTTPTestServer.with({ _ in .json("{}", status: 401) }) { api in
                let source = try Self.source(api, issuer)
                let error = await #expect(throws: SourceError.self) { try await source.readPage() }
                #expect(error?.code == .unauthorized)
                #expect(api.requests.count == 2)
            }
        }
    }

    @Test("many pages at a time fetch one token, and share its failure")
    func oneFetchAtATime() async throws {
        let arrived = Mutex(0)
        try await HTTPTestServer.with(Self.authorizationServer()) { issuer in
            try await HTTPTestServer.with({ _ in
                arrived.withLock { $0 += 1 }
                return .json("[]")
            }) { api in
                let source = try Self.source(api, issuer)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 { group.addTask { _ = try await source.readPage() } }
                    try await group.waitForAll()
                }
                #expect(issuer.requests.count == 1)
                #expect(arrived.withLock { $0 } == 20)
            }
        }
    }

    @Test(
        "what a token endpoint answers becomes a clear error",
        arguments: [
            (
                401, #"{"error":"invalid_client"}"#, SourceError.Code.unauthorized,
                "does not accept the client (`auth.oauth2`)"
            ),
            (400, #"{"error":"unauthorized_client"}"#, .unauthorized, "does not accept the client (`auth.oauth2`)"),
            (400, #"{"error":"invalid_scope"}"#, .refused, "(`auth.oauth2.scopes`)"),
            (400, #"{"error":"unsupported_grant_type"}"#, .refused, "refuses the request (`auth.oauth2`)"),
            (200, #"{"error":"access_denied"}"#, .unauthorized, "does not accept the client (`auth.oauth2`)"),
            (403, "<html>", .unauthorized, "does not accept the client (`auth.oauth2`)"),
            (404, "<html>", .refused, "`auth.oauth2.tokenURL`"), (302, "", .refused, "a redirect"),
            (500, "oops", .unavailable, "it failed; it says: oops"),
            (503, #"{"error":"temporarily_unavailable"}"#, .unavailable, "it failed"),
            (200, "<html>", .invalidPage, "the answer has no token"),
            (200, #"{"access_token":""}"#, .invalidPage, "the answer has no token"),
            (200, #"{"access_token":"abcabc","token_type":"mac"}"#, .refused, "of the type mac"),
        ]
    )
    func errors(_ status: Int, _ body: String, _ code: SourceError.Code, _ message: String) async throws {
        let error = try await Self.failure(nil, .json(body, status: status))
        #expect(error?.code == code)
        #expect(error?.message.contains("asking for a token, POST http://127.0.0.1:") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("U8: a token endpoint that asks to be left alone is not asked before that time")
    func retryAfter() async throws {
        try await HTTPTestServer.with(
            Self.authorizationServer { $0 == 1 ? .json("{}", status: 429, headers: [("Retry-After", "40")]) : nil }
        ) { issuer in
            try await HTTPTestServer.with({ _ in .json("[]") }) { api in
                let clock = TestClock()
                let source = try Self.source(api, issuer, clock: clock)
                for (later, left) in [(0, 40), (15, 25), (24, 1)] as [(Int64, Int)] {
                    clock.advance(by: later)
                    let error = await #expect(throws: SourceError.self) { try await source.readPage() }
                    #expect(error?.code == .rateLimited)
                    #expect(error?.retryAfter == .seconds(left))
                }
                #expect(issuer.requests.count == 1)
                clock.advance(by: 1)
                _ = try await source.readPage()
                #expect(issuer.requests.count == 2)
            }
        }
    }

    @Test("no error has the secret or the token, nor have requests that are shown")
    func hidden() async throws {
        let encoded = Credentials.base64("c%3A1:cl1ent%20s3cret%2F%2B")
        let error = try await Self.failure(nil, .json("you sent \(Self.secret) and \(encoded)", status: 500))
        #expect(error?.message.contains("you sent *** and ***") == true)

        try await HTTPTestServer.with(Self.authorizationServer()) { issuer in
            try await HTTPTestServer.with({ request in
                .json(#"{"you":"\#(request.header("authorization") ?? "")"}"#, status: 500)
            }) { api in
                let fetched = FetchedSecrets()
                let source = try Self.source(api, issuer, fetched: fetched)
                let rehearsal = Rehearsal()
                let error = await #expect(throws: SourceError.self) {
                    try await Rehearsal.$current.withValue(rehearsal) { try await source.readPage() }
                }
                #expect(error?.message.contains(#"{"you":"Bearer ***"}"#) == true, "\(error?.message ?? "")")
                let exchanges = rehearsal.takeNotes().exchanges
                #expect(exchanges.map(\.request.details).joined().contains("Authorization: ***"))
                #expect(Secrets([], and: fetched).redacting("token-1-of-this-test") == "***")
            }
        }
    }

    @Test("I6: the token goes to the source and the client's secret to the token endpoint, and neither elsewhere")
    func nowhereElse() async throws {
        try await HTTPTestServer.with({ _ in .json("[]") }) { other in
            let elsewhere = [("Location", "\(other.url)/token")]
            let error = try await Self.failure(nil, .json("", status: 307, headers: elsewhere))
            #expect(error?.code == .refused)
            try await HTTPTestServer.with(Self.authorizationServer()) { issuer in
                try await HTTPTestServer.with({ _ in .json("", status: 307, headers: elsewhere) }) { api in
                    let source = try Self.source(api, issuer)
                    await #expect(throws: SourceError.self) { try await source.readPage() }
                    #expect(api.requests.allSatisfy { !"\($0.headers)".contains("cl1ent") })
                    #expect(issuer.requests.allSatisfy { !"\($0.headers)".contains("token-1") })
                }
            }
            #expect(other.connections == 0)
        }
    }
}
