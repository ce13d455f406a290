import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct CredentialsTests {
    /// Everything of a configuration that may hold a secret.
    private static let secrets = ["t0ken-bearer", "s3cret-header", "k3y-query"]

    private static func configure(_ configuration: inout HTTPSource.Configuration) {
        configuration.entity = "."
        configuration.authentication = .bearer("t0ken-bearer")
        configuration.headers = ["X-Tenant-Key": "s3cret-header", "Accept": "application/vnd.api+json"]
        configuration.query = ["token": "k3y-query", "size": 2]
    }

    private static func carriesSecrets(_ request: HTTPTestServer.Request) -> Bool {
        request.header("authorization") == "Bearer t0ken-bearer" && request.header("x-tenant-key") == "s3cret-header"
    }

    @Test(arguments: [
        (HTTPSource.Authentication.bearer("abc"), "authorization", "Bearer abc"),
        (.basic(user: "Aladdin", password: "open sesame"), "authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        (.basic(user: "ü", password: ""), "authorization", "Basic w7w6"),
        (.header(name: "X-Key", value: "k"), "x-key", "k"),
    ])
    func headers(_ authentication: HTTPSource.Authentication, _ name: String, _ value: String) async throws {
        _ = try await reading({ request in
            #expect(request.header(name) == value)
            return .json("[]")
        }) {
            $0.entity = "."
            $0.authentication = authentication
        }
    }

    @Test func anAPIKeyInTheQueryIsInNoCursor() async throws {
        let result = try await reading({ request in
            .json("[]", headers: request.uri.contains("page=2") ? [] : [("Link", "<\(request.uri)&page=2>; rel=next")])
        }) {
            $0.entity = "."
            $0.authentication = .query(name: "api key", value: "k&y")
            $0.pagination = .linkHeader()
        }
        #expect(result.uris == ["/items?api%20key=k%26y", "/items?page=2&api%20key=k%26y"])
        #expect(result.pages[0].next.description.contains("k%26y") == false)
    }

    enum Way: CaseIterable { case nextURL, linkHeader, requests, redirect }

    @Test("I6: no link and no redirect leads to another host, unless it is allowed by name", arguments: Way.allCases)
    func anotherHost(_ way: Way) async throws {
        try await HTTPTestServer.with({ _ in .json("[]") }) { other in
            let target = "\(other.url)/next?page=2"
            try await HTTPTestServer.with({ Self.answer($0, way, target) }) { server in
                let error = await #expect(throws: SourceError.self) {
                    try await Self.read(server, way, allowedHosts: [])
                }
                #expect(error?.code == .refused)
                #expect(error?.message.contains("goes to another host, \(other.url); name it in allowedHosts") == true)
                #expect(server.requests.count == 1)
                #expect(server.requests.allSatisfy(Self.carriesSecrets))
                #expect(other.connections == 0)

                try await Self.read(server, way, allowedHosts: ["127.0.0.1:\(other.port)"])
                #expect(other.requests.map(\.uri) == ["/next?page=2"])
                #expect(Self.carriesSecrets(other.requests[0]))
            }
        }
    }

    @Test("I6: nor does a cursor that somebody has written into Redis")
    func storedCursorForAnotherHost() async throws {
        try await HTTPTestServer.with({ _ in .json("[]") }) { other in
            try await HTTPTestServer.with({ _ in .json("[]") }) { server in
                for (pagination, cursor) in [
                    (HTTPSource.Pagination.linkHeader(), JSON.object(["url": .string(other.url)])),
                    (
                        .requests(".next?"),
                        .object(["request": .object(["url": .string("//127.0.0.1:\(other.port)/")])])
                    ),
                ] {
                    var configuration = HTTPSource.Configuration(url: server.url + "/items")
                    Self.configure(&configuration)
                    configuration.pagination = pagination
                    let source = try HTTPSource(configuration, logger: quiet)
                    let error = await #expect(throws: SourceError.self) { try await source.readPage(at: cursor) }
                    #expect(error?.code == .refused)
                }
                #expect(other.connections == 0)
            }
        }
    }

    private static func answer(_ request: HTTPTestServer.Request, _ way: Way, _ target: String)
        -> HTTPTestServer.Response
    {
        switch way {
        case .nextURL, .requests: .json(#"{"items":[],"next":"\#(target)"}"#)
        case .linkHeader: .json("[]", headers: [("Link", "<\(target)>; rel=next")])
        case .redirect: .json("", status: 307, headers: [("Location", target)])
        }
    }

    private static func read(
        _ server: HTTPTestServer,
        _ way: Way,
        allowedHosts: [String],
        _ change: (inout HTTPSource.Configuration) -> Void = { _ in }
    ) async throws {
        var configuration = HTTPSource.Configuration(url: server.url + "/items")
        configure(&configuration)
        configuration.allowedHosts = allowedHosts
        switch way {
        case .nextURL: configuration.pagination = .nextURL(".next?")
        case .requests: configuration.pagination = .requests(".next?")
        case .linkHeader: configuration.pagination = .linkHeader()
        case .redirect: break
        }
        if way == .nextURL || way == .requests { configuration.records = "if type == \"array\" then . else .items end" }
        change(&configuration)
        _ = try await HTTPSource(configuration, logger: quiet).readAll(limit: 2)
    }

    @Test(arguments: [
        ("/new?x=1", 301, "POST", "GET"), ("/new?x=1", 302, "POST", "GET"), ("/new?x=1", 303, "POST", "GET"),
        ("/new?x=1", 307, "POST", "POST"), ("new?x=1", 308, "POST", "POST"), ("/new?x=1", 302, "GET", "GET"),
    ])
    func redirectsOnTheSameHost(_ location: String, _ status: Int, _ method: String, _ then: String) async throws {
        try await HTTPTestServer.with({ request in
            request.path == "/items" ? .json("", status: status, headers: [("Location", location)]) : .json("[]")
        }) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/items")
            Self.configure(&configuration)
            configuration.method = method
            configuration.body = method == "POST" ? .text("hello") : nil
            _ = try await HTTPSource(configuration, logger: quiet).readPage()
            #expect(server.requests.map(\.method) == [method, then])
            #expect(server.requests.map(\.uri).last == "/new?x=1")
            #expect(
                server.requests.map { String(decoding: $0.body, as: UTF8.self) }.last == (then == "POST" ? "hello" : "")
            )
            #expect(server.requests.allSatisfy(Self.carriesSecrets))
        }
    }

    @Test func redirectsAreBounded() async throws {
        let error = try await failing({ _ in .json("", status: 302, headers: [("Location", "/items")]) })
        #expect(error?.code == .refused)
        #expect(error?.message.contains("more than 5 redirects") == true)
        let elsewhere = try await failing({ _ in .json("", status: 302, headers: [("Location", "file:///etc/passwd")]) }
        )
        #expect(elsewhere?.code == .refused)
    }

    @Test(arguments: [200, 400, 401, 403, 404, 410, 429, 500])
    func noErrorContainsASecret(_ status: Int) async throws {
        let echo = #"{"you sent":"Bearer t0ken-bearer, s3cret-header, ?token=k3y-query"}"#
        let error = try await failing({ _ in .json(echo, status: status, headers: [("Retry-After", "1")]) }) {
            Self.configure(&$0)
            $0.records = ".items"
        }
        let text = try #require(error.map { "\($0) \(String(reflecting: $0))" })
        #expect(!Self.secrets.contains { text.contains($0) }, "\(text)")
        #expect(text.contains("***"))
    }

    @Test func whatIsSentCanBeShown() async throws {
        var configuration = HTTPSource.Configuration(url: "https://api.example.com/items")
        Self.configure(&configuration)
        configuration.method = "POST"
        configuration.body = .json(["after": #"\(.cursor)"#, "secret": "t0ken-bearer"])
        configuration.records = ".items"
        configuration.pagination = .cursor(next: ".next", parameter: "page_token")
        let source = try HTTPSource(configuration, logger: quiet)
        let rehearsal = Rehearsal(.replayed { _ in RehearsedAnswer(status: 200, body: Array(#"{"items":[]}"#.utf8)) })
        _ = try await Rehearsal.$current.withValue(rehearsal) { try await source.readPage(at: ["cursor": "c 1"]) }
        let description = try #require(rehearsal.takeNotes().exchanges.first?.request)
        #expect(description.summary == "POST https://api.example.com/items?size=2&token=***&page_token=c%201")
        #expect(description.details.contains("Authorization: ***"))
        #expect(description.details.contains("X-Tenant-Key: ***"))
        #expect(description.details.contains("Accept: application/vnd.api+json"))
        #expect(description.body == #"{"after":"c 1","secret":"***"}"#)
        #expect(!Self.secrets.contains { "\(description)".contains($0) })
    }
}
