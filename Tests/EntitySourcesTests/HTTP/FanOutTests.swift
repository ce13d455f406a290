import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct FanOutTests {
    /// Organisations in pages of two, each with as many repositories as its number, in pages of two.
    private static let organisations: HTTPTestServer.Handler = { request in
        let page = request.query("page").first.flatMap { Int($0) } ?? 1
        let parts = request.path.split(separator: "/")
        switch parts.first {
        case "orgs" where parts.count == 1:
            let items = (0..<5).dropFirst((page - 1) * 2).prefix(2)
            return .json("[" + items.map { #"{"login":"o\#($0)","size":\#($0)}"# }.joined(separator: ",") + "]")
        case "orgs":
            let number = Int(parts[1].dropFirst()) ?? 0
            let items = (0..<number).dropFirst((page - 1) * 2).prefix(2)
            return .json(
                #"{"repositories":["# + items.map { #"{"name":"r\#(number)-\#($0)"}"# }.joined(separator: ",") + "]}"
            )
        default: return .json("{}", status: 404)
        }
    }

    private static func configure(_ configuration: inout HTTPSource.Configuration) {
        configuration.pagination = .page()
        configuration.each = [repositories]
    }

    private static var repositories: HTTPSource.Each {
        var chain = HTTPSource.Chain(url: #"/orgs/\($parent.login | @uri)/repos"#)
        chain.pagination = .page()
        chain.records = ".repositories[]"
        chain.entity = "{repo: .name, org: $parent.login}"
        return HTTPSource.Each("repositories", parent: "{login}", chain: chain)
    }

    private static let allRepositories = (0..<5).flatMap { org in
        (0..<org).map { #"{"repo":"r\#(org)-\#($0)","org":"o\#(org)"}"# }
    }.sorted()

    @Test("each record of a page begins a chain of its own, which knows what was chosen of its parent")
    func each() async throws {
        let result = try await reading(Self.organisations, path: "/orgs", Self.configure)
        #expect(result.entities.sorted() == Self.allRepositories)
        #expect(
            result.pages[0].next == [
                ["page": 2], ["each": "repositories", "parent": ["login": "o0"]],
                ["each": "repositories", "parent": ["login": "o1"]],
            ]
        )
        let further: JSON = ["each": "repositories", "parent": ["login": "o4"], "page": 2]
        #expect(result.pages.flatMap(\.next).contains(further))
    }

    @Test("the records of the first chain make entities as well where `entity` says so, and filters hold for both")
    func parentsAsEntities() async throws {
        let result = try await reading(Self.organisations, path: "/orgs") {
            Self.configure(&$0)
            $0.records = ".[] | select(.size != 3)"
            $0.entity = "{org: .login}"
        }
        let expected = Self.allRepositories.filter { !$0.contains("r3-") } + [0, 1, 2, 4].map { #"{"org":"o\#($0)"}"# }
        #expect(result.entities.sorted() == expected.sorted())
    }

    @Test("chains may lead to chains: what they need is passed on")
    func severalLevels() async throws {
        let result = try await reading(
            { request in
                switch request.uri {
                case "/orgs": .json(#"[{"login":"a"},{"login":"b"}]"#)
                case "/orgs/a/repos": .json(#"[{"name":"x"}]"#)
                case "/orgs/b/repos": .json(#"[{"name":"y"},{"name":"z"}]"#)
                case "/orgs/b/repos/y/branches?per_page=9", "/orgs/a/repos/x/branches?per_page=9":
                    .json(#"[{"name":"main"}]"#, headers: [("Link", "<?per_page=9&after=1>; rel=next")])
                case "/orgs/b/repos/y/branches?per_page=9&after=1": .json(#"[{"name":"next"}]"#)
                case "/orgs/a/repos/x/branches?per_page=9&after=1", "/orgs/b/repos/z/branches?per_page=9": .json("[]")
                default: .json("{}", status: 404)
                }
            },
            path: "/orgs"
        ) {
            var branches = HTTPSource.Chain(url: #"\($parent.url)/branches"#)
            branches.pageSize = .init("per_page", size: 9)
            branches.pagination = .linkHeader()
            branches.entity = #"{n: "\($parent.url)/\(.name)"}"#
            var repositories = HTTPSource.Chain(url: #"orgs/\($parent)/repos"#)
            repositories.each = [
                .init("branches", parent: #"{url: "/orgs/\($parent)/repos/\(.name)"}"#, chain: branches)
            ]
            $0.each = [.init("repositories", parent: ".login", chain: repositories)]
        }
        #expect(
            result.entities.sorted() == [
                #"{"n":"/orgs/a/repos/x/main"}"#, #"{"n":"/orgs/b/repos/y/main"}"#, #"{"n":"/orgs/b/repos/y/next"}"#,
            ]
        )
        #expect(
            result.pages.flatMap(\.next).contains([
                "each": "repositories/branches", "parent": ["url": "/orgs/b/repos/z"],
            ])
        )
    }

    @Test("a chain for each result: several of one kind, of several kinds, and none")
    func severalChainsOfARecord() async throws {
        let result = try await reading({ request in
            .json(request.path == "/items" ? #"[{"id":1,"tags":["a","b"]},{"id":2,"tags":[]}]"# : #"[{"n":1}]"#)
        }) {
            $0.each = [
                .init("tags", parent: ".tags[]", chain: .init(url: #"/tags/\($parent)"#)),
                .init("users", parent: "select(.id == 2) | .id", chain: .init(url: #"/users/\($parent)"#)),
            ]
        }
        #expect(result.uris.sorted() == ["/items", "/tags/a", "/tags/b", "/users/2"])
    }

    @Test("a page that lists a record twice begins its chain once")
    func duplicates() async throws {
        let result = try await reading({ request in
            .json(request.path == "/items" ? #"[{"id":1},{"id":1},{"id":1}]"# : #"[{"n":1}]"#)
        }) {
            $0.each = [.init("more", parent: "{id}", chain: .init(url: #"/more/\($parent.id)"#))]
        }
        #expect(result.uris == ["/items", "/more/1"])
    }

    /// The cursors at which chains begin or go on, all forks followed.
    private func chains(of source: HTTPSource) async throws -> (cursors: [JSON], pages: Int) {
        var (waiting, found, pages) = ([JSON?.none], [JSON](), 0)
        while let cursor = waiting.popLast() {
            let page = try await source.readPage(at: cursor)
            pages += 1
            #expect(page.next.count <= 1_000)
            for next in page.next {
                if next["forks"] == nil { found.append(next) } else { waiting.append(next) }
            }
        }
        return (found, pages)
    }

    @Test(
        "a page that leads to more than 1,000 chains forks in steps, and is asked for once",
        arguments: [(999, 1), (1_000, 2), (2_500, 4)]
    )
    func manyChains(_ count: Int, _ pages: Int) async throws {
        try await HTTPTestServer.with({ _ in
            let items = (0..<count).map { #"{"id":\#($0)}"# }.joined(separator: ",")
            return .json("[\(items)]", headers: [("Link", "</items?page=2>; rel=next")])
        }) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/items")
            configuration.pagination = .linkHeader()
            configuration.each = [.init("more", parent: ".id", chain: .init(url: #"/more/\($parent)"#))]
            let source = try HTTPSource(configuration, logger: quiet)
            let found = try await chains(of: source)
            #expect(found.pages == pages && server.requests.count == 1)
            let expected = (0..<count).map { JSON.object(["each": "more", "parent": .integer(Int64($0))]) }
            #expect(Set(found.cursors) == Set(expected + [["url": .string(server.url + "/items?page=2")]]))
            #expect(found.cursors.count == count + 1)
            // The page's own chain goes on at once.
            #expect(try await source.readPage().next[0]["url"] != nil)
        }
    }

    @Test("long parents fork in more steps: a cursor has its limit")
    func longParents() async throws {
        let items = (0..<1_100).map { #"{"id":"\#($0)\#(String(repeating: "x", count: 2_000))"}"# }
        try await HTTPTestServer.with({ _ in .json("[\(items.joined(separator: ","))]") }) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/items")
            configuration.each = [.init("more", parent: ".id", chain: .init(url: "/more"))]
            let source = try HTTPSource(configuration, logger: quiet)
            #expect(try await chains(of: source).cursors.count == 1_100)
            #expect(try await source.readPage().next.allSatisfy { $0.bytes.count <= 128 << 10 })
        }
    }

    @Test("a cycle starts with a list of requests, each a chain of any pagination")
    func start() async throws {
        let result = try await reading({ request in
            let isFirst = request.query("page") == ["1"]
            let name = request.query("org").first ?? String(request.path.dropFirst())
            return .json(isFirst ? #"[{"name":"\#(name)"}]"# : "[]")
        }) {
            $0.query = ["size": 2, "org": #"\($parent.org)"#]
            $0.entity = "{n: .name, region: $parent.region}"
            $0.pagination = .page()
            var changed = HTTPSource.Start()
            changed.query = ["org": "b", "size": nil]
            var valued = HTTPSource.Start()
            valued.parent = ["org": "c", "region": "eu"]
            $0.start = [.init(url: "/other"), changed, valued]
        }
        #expect(
            result.entities.sorted() == [
                #"{"n":"b","region":null}"#, #"{"n":"c","region":"eu"}"#, #"{"n":"other","region":null}"#,
            ]
        )
        #expect(
            Set(result.uris) == [
                "/other?size=2&page=1", "/other?size=2&page=2", "/items?org=b&page=1", "/items?org=b&page=2",
                "/items?org=c&size=2&page=1", "/items?org=c&size=2&page=2",
            ]
        )
        #expect(result.pages[0].entities.isEmpty && result.pages[0].next.count == 3)
        #expect(result.pages[0].next[2] == ["start": [:], "parent": ["org": "c", "region": "eu"]])
    }

    @Test("more than 1,000 requests to start with are begun in steps, with bodies of their own too")
    func manyStarts() async throws {
        try await HTTPTestServer.with({ request in
            .json(#"{"items":[\#(String(decoding: request.body, as: UTF8.self))]}"#)
        }) { server in
            var configuration = HTTPSource.Configuration(url: server.url)
            configuration.method = "POST"
            configuration.records = ".items"
            configuration.pageSize = .init(.init("size", in: .body), size: 3)
            configuration.start = (0..<1_200).map { number in
                var start = HTTPSource.Start()
                start.body = ["n": .integer(Int64(number))]
                return start
            }
            let source = try HTTPSource(configuration, logger: quiet)
            let found = try await chains(of: source)
            #expect(found.pages == 3 && server.requests.isEmpty)
            #expect(Set(found.cursors).count == 1_200)
            let last: JSON = ["start": ["body": ["n": 1_199]]]
            #expect(found.cursors.contains(last))
            #expect(try await source.readPage(at: last).entities.map(\.description) == [#"{"n":1199,"size":3}"#])
        }
    }

    @Test("pagination by requests goes on from where a chain started")
    func startWithRequests() async throws {
        let result = try await reading({ request in
            .json(request.uri.contains("after") ? "{}" : #"{"next":"z"}"#)
        }) {
            $0.records = "(.items // [])[]"
            $0.pagination = .requests(".next // empty | {query: ($request.query + {after: .})}")
            var start = HTTPSource.Start()
            start.query = ["folder": "a"]
            $0.start = [start]
        }
        #expect(result.uris == ["/items?folder=a", "/items?after=z&folder=a"])
    }

    @Test(
        "a status that means that there is nothing ends its chain, and only where it is named",
        arguments: [404, 409, 204]
    )
    func absent(_ status: Int) async throws {
        let handler: HTTPTestServer.Handler = { request in
            switch request.uri {
            case "/items": .json(#"[{"id":1},{"id":2}]"#)
            case "/more/1": .init(status: status)
            default: .json(#"[{"n":2}]"#)
            }
        }
        func configure(_ absent: [Int]) -> (inout HTTPSource.Configuration) -> Void {
            {
                var chain = HTTPSource.Chain(url: #"/more/\($parent)"#)
                chain.absent = absent
                $0.each = [.init("more", parent: ".id", chain: chain)]
            }
        }
        #expect(try await reading(handler, configure([status])).entities == [#"{"n":2}"#])
        let error = await #expect(throws: SourceError.self) { try await reading(handler, configure([])) }
        #expect(error?.code == (status == 204 ? .invalidPage : .refused))
    }

    @Test("an absent status with which the source asks for fewer requests is no absence")
    func limitsAreNoAbsence() async throws {
        let answer = HTTPTestServer.Response.json("{}", status: 403, headers: [("Retry-After", "9")])
        let error = try await failing({ _ in answer }) { $0.absent = [403] }
        #expect(error?.code == .rateLimited)
        let page = try await reading({ _ in .json("{}", status: 403) }) {
            $0.entity = "."
            $0.absent = [403]
        }
        #expect(page.entities.isEmpty)
    }

    @Test(
        "what cannot be a parent fails the page, with the record",
        arguments: [
            (".login", "`each.more.parent`, record 1: it gives null"),
            (".id", "`each.more.parent`, record 1: a value of $parent is a number above 2^53"),
            (".name", "`each.more.parent`, record 1: it gives 5002 bytes"),
            (".id.x", "`each.more.parent`, record 0: Cannot index number"),
        ]
    )
    func badParents(_ parent: String, _ message: String) async throws {
        let name = String(repeating: "x", count: 5_000)
        let items = #"[{"login":"a","id":1,"name":"b"},{"login":null,"id":9007199254740993,"name":"\#(name)"}]"#
        let error = try await failing({ _ in .json(items) }) {
            $0.each = [.init("more", parent: parent, chain: .init(url: "/more"))]
        }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "none")")
    }

    @Test("I6: a URL that a record gives is not followed to another host")
    func otherHosts() async throws {
        let cursor: JSON = ["each": "more", "parent": ["url": "https://example.com/x"]]
        let error = try await failing({ _ in .json("[]") }, at: cursor) {
            $0.each = [.init("more", parent: "{url}", chain: .init(url: #"\($parent.url)"#))]
        }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("`each.more.url` goes to another host") == true, "\(error?.message ?? "none")")
    }

    @Test("headers without an expression go with the requests of chains below; their own come first")
    func inheritedHeaders() async throws {
        try await HTTPTestServer.with({ request in
            .json(request.path == "/items" ? #"[{"id":1}]"# : "[]")
        }) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/items")
            configuration.headers = ["X-Version": "3", "X-Team": "a", "X-Page": #"\(.page)"#]
            configuration.pagination = .page(parameter: nil, end: .hasMore(".more?"))
            var chain = HTTPSource.Chain(url: "/more")
            chain.headers = ["x-team": "b"]
            configuration.each = [.init("more", parent: ".id", chain: chain)]
            _ = try await HTTPSource(configuration, logger: quiet).readAll()
            let headers = server.requests.map { [$0.header("x-version"), $0.header("x-team"), $0.header("x-page")] }
            #expect(headers == [["3", "a", "1"], ["3", "b", nil]])
        }
    }

    @Test(
        "a cursor that the configuration does not write any more starts the cycle over",
        arguments: [
            ["each": "gone", "parent": 1], ["each": "more"], ["each": "more", "parent": 1, "page": 2],
            ["each": "more", "parent": 1, "start": [:]], ["start": ["url": "/other"]], ["parent": 1], [:],
            ["start": ["query": ["a": 2]], "parent": 5],
        ] as [JSON]
    )
    func foreignCursors(_ cursor: JSON) async throws {
        let error = try await failing({ _ in .json("[]") }, at: cursor) {
            var start = HTTPSource.Start()
            start.query = ["a": 2]
            $0.start = [start]
            $0.each = [.init("more", parent: ".id", chain: .init(url: "/more"))]
        }
        #expect(error?.code == .cursorExpired)
    }

    @Test("what was stored is what was started with, however its numbers are written")
    func numbersOfStarts() async throws {
        let result = try await reading({ _ in .json("[]") }) {
            $0.entity = "."
            var start = HTTPSource.Start()
            start.query = ["a": .number(2), "b": .number(0.5), "c": .number(1e300)]
            $0.start = [start]
        }
        #expect(result.pages.count == 2)
    }

    @Test("an expired cursor is one that a chain went on with, not where it began")
    func goneAtTheBegin() async throws {
        let error = try await failing({ _ in .json("{}", status: 410) }, at: ["each": "more", "parent": 1]) {
            $0.each = [.init("more", parent: ".id", chain: .init(url: "/more"))]
        }
        #expect(error?.code == .refused)
    }
}
