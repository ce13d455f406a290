import Catalog
import EntitySources
import Testing

@Suite struct HTTPSourceConfigurationTests {
    private typealias Change = @Sendable (inout HTTPSource.Configuration) -> Void

    private static let mistakes: [(String, String, Change)] = [
        ("url", "not an http or https URL", { $0.url = "example.com/items" }),
        ("url", "not an http", { $0.url = "ftp://a/" }),
        ("url", "use `auth: { basic: … }`", { $0.url = "https://u:p@example.com/" }),
        ("url", "must not come from an expression", { $0.url = #"https://\(.cursor).example.com/"# }),
        ("url", "must not come from an expression", { $0.url = #"https://example.com\(.cursor)"# }),
        ("url", "its host or port", { $0.url = "https://exa mple.com/" }),
        ("url", "closing parenthesis", { $0.url = #"https://a/\(.x"# }),
        ("url", "syntax error", { $0.url = #"https://a/\(.x ])"# }),
        ("method", "not an HTTP method", { $0.method = "GET /" }),
        ("headers.X Y", "not the name", { $0.headers = ["X Y": "a"] }),
        ("headers.X", "control character", { $0.headers = ["X": "a\r\nB: c"] }),
        ("headers.Host", "set by the client", { $0.headers = ["Host": "x"] }),
        ("query.a", "an object has no form", { $0.query = ["a": ["b": 1]] }),
        ("query.a", "syntax error", { $0.query = ["a": #"\(|)"#] }),
        ("allowedHosts", "not a host", { $0.allowedHosts = ["https://x"] }),
        ("allowedHosts", "not a host", { $0.allowedHosts = ["a@b"] }),
        (
            "auth", "a header that `headers` sets",
            {
                $0.authentication = .bearer("x")
                $0.headers = ["authorization": "y"]
            }
        ),
        ("auth", "control character", { $0.authentication = .bearer("x\n") }),
        ("auth", "is empty", { $0.authentication = .bearer("") }),
        ("auth.basic.user", "colon", { $0.authentication = .basic(user: "a:b", password: "c") }),
        ("records", "foo/0 is not defined", { $0.records = ".items | foo" }),
        ("entity", "unexpected", { $0.entity = "{a: .b" }),
        ("pagination.cursor.next", "syntax error", { $0.pagination = .cursor(next: ".a |", parameter: "c") }),
        ("pagination.cursor", "no request carries it", { $0.pagination = .cursor(next: ".a", parameter: nil) }),
        ("pagination.page", "no request carries it", { $0.pagination = .page(parameter: nil) }),
        ("pagination.nextURL", "syntax error", { $0.pagination = .nextURL("][") }),
        ("pagination.requests", "syntax error", { $0.pagination = .requests("][") }),
        ("pagination.page.end.hasMore", "syntax error", { $0.pagination = .page(end: .hasMore("][")) }),
        ("pagination.page.end", "`total` is for offsets", { $0.pagination = .page(end: .total(".t")) }),
        ("pagination.offset.end", "`lastPage` for numbered pages", { $0.pagination = .offset(end: .lastPage(".t")) }),
        (
            "records", "must begin with the path",
            {
                $0.records = "[.items[] | select(.a)]"
                $0.pagination = .page()
            }
        ),
        (
            "records", "must begin with the path",
            {
                $0.records = "map(.a)"
                $0.pagination = .offset(end: .total(".t"))
            }
        ),
        (
            "pagination.cursor.parameter", "`query` sets after as well",
            {
                $0.query = ["after": 0]
                $0.pagination = .cursor(next: ".a", parameter: "after")
            }
        ),
        (
            "pagination.page.parameter", "`headers` sets x-page as well",
            {
                $0.headers = ["X-Page": "1"]
                $0.pagination = .page(parameter: .init("x-page", in: .header))
            }
        ),
        (
            "pagination.page.parameter", "not the name of an HTTP header",
            { $0.pagination = .page(parameter: .init("x page", in: .header)) }
        ),
        (
            "pagination.page.parameter", "`auth` sets it as well",
            {
                $0.authentication = .bearer("x")
                $0.pagination = .page(parameter: .init("authorization", in: .header))
            }
        ),
        (
            "pagination.offset.parameter", "a GET request has no body",
            { $0.pagination = .offset(parameter: .init("start", in: .body)) }
        ),
        (
            "pagination.offset.parameter", "has no members",
            {
                $0.body = .text("a")
                $0.pagination = .offset(parameter: .init("start", in: .body))
            }
        ),
        (
            "pagination.offset.parameter", "`body.json.a` is no object that could have a member `b`",
            {
                $0.body = .json(["a": "x"])
                $0.pagination = .offset(parameter: .init("a.b", in: .body))
            }
        ),
        (
            "pagination.offset.parameter", "`body.json` sets a.b as well",
            {
                $0.body = .json(["a": ["b": 1]])
                $0.pagination = .offset(parameter: .init("a.b", in: .body))
            }
        ),
        (
            "pageSize.parameter", "not the path of a member",
            {
                $0.method = "POST"
                $0.records = ".[]"
                $0.pageSize = .init(.init("a[]", in: .body), size: 1)
            }
        ),
        (
            "pageSize.parameter", "carries what the pagination sends",
            {
                $0.pagination = .page()
                $0.pageSize = .init("page", size: 1)
            }
        ),
        ("pagination.keyset", "no request carries it", { $0.pagination = .keyset(last: ".id", parameter: nil) }),
        (
            "pagination.cursor", "no request carries it",
            {
                $0.query = ["a": #"\(.page)"#]
                $0.pagination = .cursor(next: ".a", parameter: nil)
            }
        ),
        ("pagination.keyset.last", "syntax error", { $0.pagination = .keyset(last: "][", parameter: "a") }),
        ("pagination.page.end", "say how many (`pageSize`)", { $0.pagination = .page(end: .shortPage) }),
        (
            "records", "must begin with the path",
            {
                $0.records = "map(.a)"
                $0.pagination = .keyset(last: ".id", parameter: "a", end: .hasMore(".b"))
            }
        ),
        (
            "until", "only one page",
            {
                $0.records = ".[]"
                $0.until = .page(".a")
            }
        ),
        (
            "records", "must begin with the path",
            {
                $0.records = "map(.a)"
                $0.pagination = .linkHeader()
                $0.until = .lastRecord(".a")
            }
        ),
        (
            "until.page", "syntax error",
            {
                $0.pagination = .linkHeader()
                $0.until = .page("][")
            }
        ),
        ("absent", "401 cannot mean that there is nothing", { $0.absent = [404, 401] }),
        ("url", "$parent is not defined", { $0.url = #"https://a/\($parent)"# }),
        (
            "each.a b", "letters, digits",
            { $0.each = [.init("a b", parent: ".", chain: .init(url: "/"))] }
        ),
        (
            "each.a", "is there twice",
            {
                let each = HTTPSource.Each("a", parent: ".", chain: .init(url: "/"))
                $0.each = [each, each]
            }
        ),
        (
            "each.a.parent", "syntax error",
            { $0.each = [.init("a", parent: "][", chain: .init(url: "/"))] }
        ),
        (
            "each.a.url", "goes to another host, https://b.example.com; name it in allowedHosts",
            { $0.each = [.init("a", parent: ".", chain: .init(url: #"https://b.example.com/\($parent)"#))] }
        ),
        (
            "each.a.url", "syntax error",
            { $0.each = [.init("a", parent: ".", chain: .init(url: #"/\(|)"#))] }
        ),
        (
            "each.a.entity", "unexpected",
            {
                var chain = HTTPSource.Chain(url: "/")
                chain.entity = "{a: .b"
                $0.each = [.init("a", parent: ".", chain: chain)]
            }
        ),
        (
            "each.a.each.b.pagination.cursor", "no request carries it",
            {
                var inner = HTTPSource.Chain(url: "/")
                inner.pagination = .cursor(next: ".next", parameter: nil)
                var chain = HTTPSource.Chain(url: "/")
                chain.each = [.init("b", parent: ".", chain: inner)]
                $0.each = [.init("a", parent: ".", chain: chain)]
            }
        ),
        (
            "each.a.query.b", "an object has no form",
            {
                var chain = HTTPSource.Chain(url: "/")
                chain.query = ["b": ["c": 1]]
                $0.each = [.init("a", parent: ".", chain: chain)]
            }
        ),
        (
            "start[1].url", "goes to another host",
            { $0.start = [.init(url: "/a"), .init(url: "https://b.example.com/")] }
        ),
        ("start[0].url", "not an http or https URL", { $0.start = [.init(url: "ftp://b/")] }),
        ("start[1]", "is there twice", { $0.start = [.init(url: "/a"), .init(url: "/a")] }),
        ("start[0]", "is no template", { $0.start = [.init(url: #"/a/\(.b)"#)] }),
        (
            "start[0].body", "takes the place of a JSON body",
            {
                $0.body = .text("a")
                var start = HTTPSource.Start()
                start.body = 1
                $0.start = [start]
            }
        ),
        (
            "details.a", "it has no `entity`",
            {
                var detail = HTTPSource.Detail("a", url: "/")
                detail.chain.entity = "."
                $0.details = [detail]
            }
        ),
        (
            "details.a.value", "is one value of one answer",
            {
                var detail = HTTPSource.Detail("a", url: "/")
                detail.chain.records = ".[]"
                detail.value = "."
                $0.details = [detail]
            }
        ),
        (
            "details.a.concurrency", "from 1 to 64",
            {
                var detail = HTTPSource.Detail("a", url: "/")
                detail.concurrency = 65
                $0.details = [detail]
            }
        ),
        (
            "details.a.pagination.requests", "can fork",
            {
                var detail = HTTPSource.Detail("a", url: "/")
                detail.chain.pagination = .requests(".next")
                $0.details = [detail]
            }
        ),
        (
            "details.a.pagination.page", "name its parameter (`parameter`)",
            {
                var detail = HTTPSource.Detail("a", url: #"/\(.page)"#)
                detail.chain.pagination = .page(parameter: nil)
                $0.details = [detail]
            }
        ),
        (
            "details.a.when", "syntax error",
            {
                var detail = HTTPSource.Detail("a", url: "/")
                detail.when = "]["
                $0.details = [detail]
            }
        ),
        (
            "details.a", "is there twice",
            { $0.details = [.init("a", url: "/"), .init("a", url: "/")] }
        ),
        (
            "each.a.details.b.url", "goes to another host",
            {
                var chain = HTTPSource.Chain(url: "/")
                chain.details = [.init("b", url: #"https://b.example.com/\(.id)"#)]
                $0.each = [.init("a", parent: ".", chain: chain)]
            }
        ),
        ("expired.when", "syntax error", { $0.expired.when = "][" }),
    ]

    @Test(arguments: mistakes.indices)
    func mistakesAreNamedByTheirField(_ index: Int) {
        let (field, message, change) = Self.mistakes[index]
        var configuration = HTTPSource.Configuration(url: "https://example.com/items")
        change(&configuration)
        let error = #expect(throws: SourceConfigurationError.self) { try HTTPSource(configuration, logger: quiet) }
        #expect(error?.field == field)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func theLineOfAnExpressionIsNamed() {
        var configuration = HTTPSource.Configuration(url: "https://example.com/items")
        configuration.entity = "{\n  a: .b,\n  c: foo\n}"
        let error = #expect(throws: SourceConfigurationError.self) { try HTTPSource(configuration, logger: quiet) }
        #expect(error?.line == 3)
        #expect(error?.description == "entity, line 3: foo/0 is not defined, at: c: foo")
    }

    @Test func theExampleOfTheDesignIsAccepted() throws {
        var configuration = HTTPSource.Configuration(url: "https://api.example.com/repositories")
        configuration.query = ["per_page": 100]
        configuration.authentication = .bearer("token")
        configuration.pagination = .linkHeader()
        configuration.records = ".items[]"
        configuration.entity = """
            { apiVersion: "backstage.io/v1alpha1", kind: "Component",
              metadata: { name: .name, annotations: { "github.com/project-slug": .full_name } },
              spec: { type: "service", lifecycle: "production", owner: .owner.login } }
            """
        _ = try HTTPSource(configuration, logger: quiet)
    }
}
