import Catalog
import EntitySources
import Testing

@testable import TidemarkCommands

@Suite struct SourceSectionTests {
    private func http(_ keys: String) throws -> HTTPSource.Configuration {
        let yaml = "providers: {a: {source: {http: {url: http://b, \(keys)}}}}"
        guard case .http(let http)? = try parse(yaml, environment: ["S": "s3cret"]).providers[0].source?.value else {
            throw NotHTTP()
        }
        return http
    }

    private struct NotHTTP: Error {}

    @Test(arguments: [
        ("pagination: none", HTTPSource.Pagination.none),
        ("pagination: {none: {}}", .none),
        ("pagination: linkHeader", .linkHeader()),
        ("pagination: {linkHeader: {relation: following}}", .linkHeader(relation: "following")),
        ("pagination: {cursor: {next: .next}}", .cursor(next: ".next", parameter: nil)),
        ("pagination: {cursor: {next: .next, parameter: after}}", .cursor(next: ".next", parameter: "after")),
        ("pagination: {nextURL: .links.next}", .nextURL(".links.next")),
        ("pagination: page", .page()),
        ("pagination: {page: {parameter: null, first: 0}}", .page(parameter: nil, first: 0)),
        ("pagination: {page: {end: {lastPage: .pages}}}", .page(end: .lastPage(".pages"))),
        ("pagination: {page: {end: {hasMore: .more}}}", .page(end: .hasMore(".more"))),
        ("pagination: {offset: {parameter: start, end: emptyPage}}", .offset(parameter: "start")),
        ("pagination: {offset: {end: {total: .total}}}", .offset(end: .total(".total"))),
        (
            "pagination: {cursor: {next: .next, parameter: X-After, in: header, first: '*'}}",
            .cursor(next: ".next", parameter: .init("X-After", in: .header), first: "*")
        ),
        (
            "pagination: {page: {parameter: paging.page, in: body, end: shortPage}}",
            .page(parameter: .init("paging.page", in: .body), end: .shortPage)
        ),
        ("pagination: {offset: {first: 1}}", .offset(first: 1)),
        (
            "pagination: {keyset: {last: .id, parameter: since_id, first: 0, end: {hasMore: .more}}}",
            .keyset(last: ".id", parameter: "since_id", first: 0, end: .hasMore(".more"))
        ),
        ("pagination: {requests: '.next[]'}", .requests(".next[]")),
    ])
    func paginations(_ keys: String, _ pagination: HTTPSource.Pagination) throws {
        #expect(try http(keys).pagination == pagination)
    }

    @Test func startRequests() throws {
        let start = try http("start: [/a, {url: /b, query: {c: 1, d: null}, body: {e: 2}, parent: {f: 3}}]").start
        var second = HTTPSource.Start(url: "/b")
        (second.query, second.body, second.parent) = (["c": 1, "d": nil], ["e": 2], ["f": 3])
        #expect(start == [HTTPSource.Start(url: "/a"), second])
    }

    @Test("chains for each record, with chains of their own, and details")
    func chainsAndDetails() throws {
        let http = try http(
            """
            each: {repositories: {parent: '{login}', url: '/orgs/\\($parent.login)/repos', pagination: linkHeader,
              records: '.[]', entity: '{a}', absent: [404], headers: {Accept: a/b}, query: {q: 1},
              details: {owners: {url: '\\(.url)/owners', when: .owned, value: .items, concurrency: 8, absent: [204]}},
              each: {branches: {parent: .name, url: b, method: POST, body: {text: x}, pageSize: {parameter: p, size: 2},
                until: {page: .old}}}}},
            details: {teams: {url: t, records: '.[]', pagination: page}, mails: {url: m}}
            """
        )
        let repositories = try #require(http.each.first)
        #expect(repositories.name == "repositories" && repositories.parent == "{login}")
        let chain = repositories.chain
        #expect(chain.url == #"/orgs/\($parent.login)/repos"# && chain.pagination == .linkHeader())
        #expect(chain.records == ".[]" && chain.entity == "{a}" && chain.absent == [404])
        #expect(chain.headers == ["Accept": "a/b"] && chain.query == ["q": 1])
        let owners = try #require(chain.details.first)
        #expect(owners.name == "owners" && owners.when == ".owned" && owners.value == ".items")
        #expect(owners.concurrency == 8 && owners.chain.absent == [204])
        let branches = try #require(chain.each.first)
        #expect(branches.name == "branches" && branches.parent == ".name" && branches.chain.method == "POST")
        #expect(branches.chain.body == .text("x") && branches.chain.until == .page(".old"))
        #expect(branches.chain.pageSize == .init("p", size: 2))
        #expect(http.details.map(\.name) == ["teams", "mails"])
        #expect(http.details[0].chain.pagination == .page() && http.details[0].concurrency == 4)
    }

    @Test func pageSizeAndUntil() throws {
        let plain = try http("pageSize: {parameter: per_page, size: 100}, until: {lastRecord: '.age > 3'}")
        #expect(plain.pageSize == .init("per_page", size: 100))
        #expect(plain.until == .lastRecord(".age > 3"))
        let other = try http("pageSize: {parameter: paging.size, in: body, size: 5}, until: {page: .isOld}")
        #expect(other.pageSize == .init(.init("paging.size", in: .body), size: 5))
        #expect(other.until == .page(".isOld"))
    }

    @Test(arguments: [
        ("auth: {bearer: \"${S}\"}", HTTPSource.Authentication.bearer("s3cret")),
        ("auth: {basic: {user: me, password: \"${S}\"}}", .basic(user: "me", password: "s3cret")),
        ("auth: {header: {name: X-Key, value: \"${S}\"}}", .header(name: "X-Key", value: "s3cret")),
        ("auth: {query: {name: key, value: \"${S}\"}}", .query(name: "key", value: "s3cret")),
    ])
    func credentials(_ keys: String, _ authentication: HTTPSource.Authentication) throws {
        #expect(try http(keys).authentication == authentication)
    }

    @Test func oauth2() throws {
        var expected = HTTPSource.OAuth2(tokenURL: "https://l.example/token", clientID: "7", clientSecret: "s3cret")
        let keys = "tokenURL: https://l.example/token, clientID: 7, clientSecret: \"${S}\""
        #expect(try http("auth: {oauth2: {\(keys)}}").authentication == .oauth2(expected))
        expected.scopes = ["a", "b"]
        expected.audience = "c"
        expected.method = .post
        let more = "scopes: [a, b], audience: c, authMethod: post"
        #expect(try http("auth: {oauth2: {\(keys), \(more)}}").authentication == .oauth2(expected))
    }

    @Test(arguments: [("123", HTTPSource.GitHubApp.Installation.id(123)), ("acme", .owner("acme"))])
    func gitHubApp(_ text: String, _ installation: HTTPSource.GitHubApp.Installation) throws {
        var expected = HTTPSource.GitHubApp(appID: "42", privateKey: "s3cret", installation: installation)
        let keys = "appID: 42, privateKey: \"${S}\", installation: \(text)"
        #expect(try http("auth: {githubApp: {\(keys)}}").authentication == .gitHubApp(expected))
        expected.apiURL = "https://ghe.example/api/v3"
        let auth = "auth: {githubApp: {\(keys), apiURL: https://ghe.example/api/v3}}"
        #expect(try http(auth).authentication == .gitHubApp(expected))
    }

    @Test func therestOfARequest() throws {
        let http = try http(
            """
            method: POST, headers: {Accept: text/plain, X-Version: 3}, query: {a: 1, b: [x, y], c: '\\(.page)'},
            body: {json: {query: '{ all }', first: 5}}, allowedHosts: [other.example.com],
            expired: {statuses: [410, 422], when: .expired}, requestTimeout: 5s, maxResponseBytes: 64KiB,
            mappingLimits: {time: 1s, results: 10, bytes: 1MiB}, userAgent: me/1
            """
        )
        #expect(http.method == "POST")
        #expect(http.headers == ["Accept": "text/plain", "X-Version": "3"])
        #expect(http.query == ["a": 1, "b": ["x", "y"], "c": "\\(.page)"])
        #expect(http.body == .json(["query": "{ all }", "first": 5]))
        #expect(http.allowedHosts == ["other.example.com"])
        #expect(http.expired.statuses == [410, 422])
        #expect(http.expired.when == ".expired")
        #expect(http.requestTimeout == .seconds(5))
        #expect(http.maxResponseBytes == 65_536)
        #expect(http.mappingLimits.bytes == 1 << 20)
        #expect(http.userAgent == "me/1")
        #expect(try self.http("body: {text: hello}").body == .text("hello"))
    }

    @Test("A program with a slash is sought beside the file, a bare name in PATH")
    func programs() throws {
        func command(_ list: String) throws -> [String]? {
            let yaml = "providers: {a: {source: {exec: {command: \(list), environment: {A: 1}, workingDirectory: w}}}}"
            guard case .exec(let exec)? = try parse(yaml).providers[0].source?.value else { return nil }
            #expect(exec.workingDirectory == "/etc/tidemark/w")
            #expect(exec.environment == ["A": "1"])
            return exec.command
        }
        #expect(try command("[./list.sh, --all, 3]") == ["/etc/tidemark/list.sh", "--all", "3"])
        #expect(try command("[python3, list.py]") == ["python3", "list.py"])
        #expect(try command("[/bin/list]") == ["/bin/list"])
    }

    @Test("Secrets of headers and of programs' environments are kept from the log when they come from outside")
    func secretsAreKnown() throws {
        let yaml = """
            providers:
              a: {source: {http: {url: http://b, headers: {X-Key: "k-${S}", Accept: text/plain}}}}
              b: {source: {exec: {command: [a], environment: {TOKEN: "${S}"}}}}
            """
        #expect(Set(try parse(yaml, environment: ["S": "s3cret"]).secrets) == ["k-s3cret", "s3cret"])
    }
}
