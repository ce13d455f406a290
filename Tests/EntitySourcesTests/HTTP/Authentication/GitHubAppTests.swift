import Catalog
import Ingestion
import JWTKit
import Synchronization
import TestSupport
import Testing

@testable import EntitySources

/// A source that reads as an installation of a GitHub App.
@Suite struct GitHubAppTests {
    /// Answers as GitHub does: installation 7 is that of the organisation `acme`, 8 that of the user `jane`.
    private static func gitHub(
        _ clock: TestClock,
        at prefix: String = "",
        _ refuse: @escaping @Sendable (HTTPTestServer.Request) -> HTTPTestServer.Response? = { _ in nil }
    ) -> HTTPTestServer.Handler {
        let count = Mutex(0)
        return { request in
            if let refusal = refuse(request) { return refusal }
            switch (request.method, request.path) {
            case ("GET", prefix + "/orgs/acme/installation"): return .json(#"{"id":7}"#)
            case ("GET", prefix + "/users/jane/installation"): return .json(#"{"id":8}"#)
            case ("POST", prefix + "/app/installations/7/access_tokens"),
                ("POST", prefix + "/app/installations/8/access_tokens"):
                let number = count.withLock {
                    $0 += 1; return $0
                }
                // The server's clock is ten minutes ahead; what it gives out is valid for an hour all the same.
                let date = clock.now + 600
                let body = #"{"token":"ghs_token-\#(number)","expires_at":"\#(text(date + 3_600))"}"#
                return .json(body, status: 201, headers: [("Date", httpDate(date))])
            case ("GET", prefix + "/items"): return .json("[]")
            default: return .json(#"{"message":"Not Found"}"#, status: 404)
            }
        }
    }

    /// Only for times of one day: 2023-11-14, which begins at 1,699,920,000.
    private static func clock(_ seconds: Int64) -> String {
        let time = seconds - 1_699_920_000
        return [time / 3_600, time / 60 % 60, time % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    private static func text(_ seconds: Int64) -> String { "2023-11-14T\(clock(seconds))Z" }
    private static func httpDate(_ seconds: Int64) -> String { "Tue, 14 Nov 2023 \(clock(seconds)) GMT" }

    private static func source(
        _ server: HTTPTestServer,
        _ clock: TestClock,
        key: String,
        installation: HTTPSource.GitHubApp.Installation = .owner("acme"),
        prefix: String = ""
    ) throws -> HTTPSource {
        var app = HTTPSource.GitHubApp(appID: "12345", privateKey: key, installation: installation)
        app.apiURL = server.url + prefix
        var configuration = HTTPSource.Configuration(url: server.url + prefix + "/items")
        configuration.entity = "."
        configuration.authentication = .gitHubApp(app)
        return try HTTPSource(configuration, logger: quiet, now: { clock.now })
    }

    private struct Claims: JWTPayload {
        let iss: String
        let iat: Int64
        let exp: Int64

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    @Test("the App's key signs a token that GitHub can verify, in either form of the key")
    func signature() async throws {
        let keys = try await TestKeys()
        let verifier = await JWTKeyCollection().add(
            rsa: try Insecure.RSA.PublicKey(pem: keys.publicKey),
            digestAlgorithm: .sha256
        )
        for key in [keys.pkcs1, keys.pkcs8] {
            let clock = TestClock(1_699_930_000)
            try await HTTPTestServer.with(Self.gitHub(clock)) { server in
                _ = try await Self.source(server, clock, key: key).readPage()
                #expect(
                    server.requests.map(\.path)
                        == ["/orgs/acme/installation", "/app/installations/7/access_tokens", "/items"]
                )
                for request in server.requests.prefix(2) {
                    let header = try #require(request.header("authorization"))
                    let claims = try await verifier.verify(String(header.dropFirst("Bearer ".count)), as: Claims.self)
                    #expect(claims.iss == "12345")
                    #expect(claims.iat == clock.now - 60)
                    #expect(clock.now + 60...clock.now + 600 ~= claims.exp)
                    #expect(request.header("accept") == "application/vnd.github+json")
                    #expect(request.header("user-agent")?.hasPrefix("tidemark/") == true)
                }
                #expect(server.requests[2].header("authorization") == "Bearer ghs_token-1")
            }
        }
    }

    @Test("a token is renewed before GitHub's clock says that it expires; the installation is looked up once")
    func renewal() async throws {
        let key = try await TestKeys().pkcs1
        let clock = TestClock(1_699_930_000)
        try await HTTPTestServer.with(Self.gitHub(clock)) { server in
            let source = try Self.source(server, clock, key: key, installation: .owner("jane"))
            _ = try await source.readPage()
            clock.advance(by: 3_539)
            _ = try await source.readPage()
            #expect(server.requests.count { $0.method == "POST" } == 1)
            clock.advance(by: 1)
            _ = try await source.readPage()
            #expect(server.requests.count { $0.method == "POST" } == 2)
            #expect(server.requests.last?.header("authorization") == "Bearer ghs_token-2")
            #expect(server.requests.count { $0.path.hasSuffix("/installation") } == 2)
        }
    }

    @Test("Enterprise Server has its API below a path; an installation may be given by its number")
    func enterpriseServer() async throws {
        let key = try await TestKeys().pkcs8
        let clock = TestClock(1_699_930_000)
        try await HTTPTestServer.with(Self.gitHub(clock, at: "/api/v3")) { server in
            _ = try await Self.source(server, clock, key: key, installation: .id(8), prefix: "/api/v3").readPage()
            #expect(server.requests.map(\.path) == ["/api/v3/app/installations/8/access_tokens", "/api/v3/items"])
        }
    }

    @Test("an App that was installed anew has another number, which is looked up again")
    func reinstalled() async throws {
        let key = try await TestKeys().pkcs1
        let clock = TestClock(1_699_930_000)
        let isRemoved = Mutex(false)
        try await HTTPTestServer.with(
            Self.gitHub(clock) { request in
                guard isRemoved.withLock({ $0 }) else { return nil }
                switch request.path {
                case "/app/installations/7/access_tokens": return .json("{}", status: 404)
                case "/orgs/acme/installation": return .json(#"{"id":8}"#)
                default: return nil
                }
            }
        ) { server in
            let source = try Self.source(server, clock, key: key)
            _ = try await source.readPage()
            isRemoved.withLock { $0 = true }
            clock.advance(by: 3_600)
            let error = await #expect(throws: SourceError.self) { try await source.readPage() }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("`auth.githubApp.installation`") == true)
            _ = try await source.readPage()
            #expect(server.requests.map(\.path).contains("/app/installations/8/access_tokens"))
        }
    }

    @Test("a clock that goes wrong is named; so is an owner without the App")
    func errors() async throws {
        let key = try await TestKeys().pkcs1
        let clock = TestClock(1_699_930_000)
        let date = Self.httpDate(clock.now + 700)
        try await HTTPTestServer.with(
            Self.gitHub(clock) { request in
                request.path.hasPrefix("/orgs/acme")
                    ? .json(#"{"message":"'Expiration time' claim"}"#, status: 401, headers: [("Date", date)]) : nil
            }
        ) { server in
            let error = await #expect(throws: SourceError.self) {
                try await Self.source(server, clock, key: key).readPage()
            }
            #expect(error?.code == .unauthorized)
            #expect(error?.message.contains("this machine's clock is 700 s behind") == true, "\(error?.message ?? "")")

            let missing = await #expect(throws: SourceError.self) {
                try await Self.source(server, clock, key: key, installation: .owner("nobody")).readPage()
            }
            #expect(missing?.code == .refused)
            #expect(missing?.message.contains("the App is not installed at nobody") == true)
        }
    }

    @Test("a key that is no RSA key of 2048 bits is an error of the configuration")
    func badKeys() async throws {
        let weak = try await TestKeys(bits: 1024).pkcs1
        let other = try await TestKeys.ellipticCurve()
        for key in [
            "", "ghp_token", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", weak, other,
        ] {
            var configuration = HTTPSource.Configuration(url: "https://api.github.com/items")
            configuration.entity = "."
            configuration.authentication = .gitHubApp(
                HTTPSource.GitHubApp(appID: "1", privateKey: key, installation: .id(1))
            )
            let error = #expect(throws: SourceConfigurationError.self) {
                try HTTPSource(configuration, logger: quiet)
            }
            #expect(error?.field == "auth.githubApp.privateKey")
            if key.count > 10 { #expect(error?.message.contains(key) == false) }
        }
    }
}
