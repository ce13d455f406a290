import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

/// Every kind of pagination, over a source with the records 0 to 4 on pages of two.
@Suite struct PaginationTests {
    @Test(
        "a stored cursor that cannot be counted on from starts the cycle over",
        arguments: [
            (.page(), .object(["page": 9_223_372_036_854_775_807])), (.page(), .object(["page": -1])),
            (.page(), .object(["page": "3"])), (.offset(), .object(["offset": 9_223_372_036_854_775_800])),
            (.offset(), .array([1, 2])), (.nextURL(".next"), .object(["url": 5])),
            (.requests(".next[]"), .object(["request": 5])),
            (.keyset(last: ".id", parameter: "a"), .object(["page": 3])),
        ] as [(HTTPSource.Pagination, JSON)]
    )
    func hostileCursors(_ pagination: HTTPSource.Pagination, _ cursor: JSON) async throws {
        let error = try await failing({ _ in .json("[1]") }, at: cursor) {
            $0.pagination = pagination
            $0.records = ".[]"
        }
        #expect(error?.code == .cursorExpired || error?.code == .invalidPage, "\(String(describing: error))")
    }

    private static func items(_ range: Range<Int>) -> String {
        "[" + range.map { #"{"id":\#($0)}"# }.joined(separator: ",") + "]"
    }

    private static func page(_ number: Int) -> String {
        items(min(number * 2, 5)..<min(number * 2 + 2, 5))
    }

    private let all = (0..<5).map { #"{"n":\#($0)}"# }

    @Test func none() async throws {
        let result = try await reading({ _ in .json(Self.items(0..<5)) }) { $0.entity = "{n: .id}" }
        #expect(result.entities == all)
        #expect(result.uris == ["/items"])
    }

    @Test func cursorInAQueryParameter() async throws {
        let result = try await reading({ request in
            let number = request.query("after").first.flatMap { Int($0.dropFirst(4)) } ?? 0
            let next = number < 2 ? "\"p%2B\(number + 1)\"" : "null"
            return .json(#"{"items":\#(Self.page(number)),"meta":{"next":\#(next.replacing("%2B", with: "+"))}}"#)
        }) {
            $0.query = ["limit": 2]
            $0.records = ".items[]"
            $0.entity = "{n: .id}"
            $0.pagination = .cursor(next: ".meta.next", parameter: "after")
        }
        #expect(result.entities == all)
        #expect(result.uris == ["/items?limit=2", "/items?limit=2&after=p%2B1", "/items?limit=2&after=p%2B2"])
        #expect(result.pages.map(\.next) == [[["cursor": "p+1"]], [["cursor": "p+2"]], []])
    }

    @Test(arguments: ["null", "\"\"", "false", nil]) func endsOfACursor(_ end: String?) async throws {
        let body = end.map { #"{"items":[],"next":\#($0)}"# } ?? #"{"items":[]}"#
        let result = try await reading({ _ in .json(body) }) {
            $0.records = ".items[]"
            $0.pagination = .cursor(next: ".next", parameter: "after")
        }
        #expect(result.uris.count == 1)
    }

    @Test func cursorInTheBodyKeepsItsType() async throws {
        try await HTTPTestServer.with({ request in
            let isFirst = String(decoding: request.body, as: UTF8.self).contains("null")
            return .json(#"{"items":[{"id":1}],"next":\#(isFirst ? #"{"a":[1,"x"]}"# : "null")}"#)
        }) { server in
            var configuration = HTTPSource.Configuration(url: server.url)
            configuration.method = "post"
            configuration.body = .json(["after": #"\(.cursor)"#, "text": #"after \(.cursor)"#, "size": 2])
            configuration.records = ".items"
            configuration.pagination = .cursor(next: ".next", parameter: nil)
            let source = try HTTPSource(configuration, logger: quiet)
            _ = try await source.readAll()
            #expect(
                server.requests.map { String(decoding: $0.body, as: UTF8.self) } == [
                    #"{"after":null,"size":2,"text":"after null"}"#,
                    #"{"after":{"a":[1,"x"]},"size":2,"text":"after {\"a\":[1,\"x\"]}"}"#,
                ]
            )
            #expect(
                server.requests.allSatisfy { $0.method == "POST" && $0.header("content-type") == "application/json" }
            )
            #expect(server.connections == 1)
        }
    }

    @Test func cursorInTheURLAndAHeader() async throws {
        let result = try await reading(
            { request in
                #expect(request.header("x-after") == (request.path == "/v/0" ? nil : "1"))
                return .json(request.path == "/v/0" ? #"{"items":[],"next":1}"# : #"{"items":[]}"#)
            },
            path: #"/v/\(.cursor // 0)"#
        ) {
            $0.headers = ["X-After": #"\(.cursor)"#]
            $0.records = ".items"
            $0.pagination = .cursor(next: ".next", parameter: nil)
        }
        #expect(result.uris == ["/v/0", "/v/1"])
    }

    @Test func nextURL() async throws {
        let result = try await reading({ request in
            switch request.uri {
            case "/items?size=2": .json(#"{"items":\#(Self.page(0)),"next":"/items?token=b%2Fc&size=2"}"#)
            case "/items?token=b%2Fc&size=2": .json(#"{"items":\#(Self.page(1)),"next":"?token=d"}"#)
            default: .json(#"{"items":\#(Self.page(2)),"next":null}"#)
            }
        }) {
            $0.query = ["size": 2]
            $0.records = ".items[]"
            $0.entity = "{n: .id}"
            $0.pagination = .nextURL(".next")
        }
        #expect(result.entities == all)
        #expect(result.uris == ["/items?size=2", "/items?token=b%2Fc&size=2", "/items?token=d"])
    }

    @Test func linkHeader() async throws {
        let result = try await reading({ request in
            let number = request.query("page").first.flatMap { Int($0) } ?? 0
            let next = #"<items?page=\#(number + 1)>; rel="next""#
            let links = [
                ("Link", #"</items?page=0>; rel="first", \#(number < 2 ? next : "")"#), ("Link", "</x>; rel=last"),
            ]
            return .json(Self.page(number), headers: links)
        }) {
            $0.entity = "{n: .id}"
            $0.pagination = .linkHeader()
        }
        #expect(result.entities == all)
        #expect(result.uris == ["/items", "/items?page=1", "/items?page=2"])
    }

    @Test func aMalformedLinkHeaderIsNoEnd() async throws {
        let error = try await failing({ _ in .json("[]", headers: [("Link", "</items?page=2; rel=next")]) }) {
            $0.pagination = .linkHeader()
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("Link header is malformed") == true)
    }

    @Test(arguments: [
        HTTPSource.End.emptyPage, .hasMore(".more"), .lastPage(".pages"),
    ])
    func pageNumbers(_ end: HTTPSource.End) async throws {
        let result = try await reading({ request in
            let number = request.query("p").first.flatMap { Int($0) } ?? -1
            return .json(#"{"items":\#(Self.page(number - 1)),"more":\#(number < 3),"pages":3}"#)
        }) {
            $0.records = ".items[]"
            $0.entity = "{n: .id}"
            $0.pagination = .page(parameter: "p", end: end)
        }
        #expect(result.entities == all)
        let last = end == .emptyPage ? 4 : 3
        #expect(result.uris == (1...last).map { "/items?p=\($0)" })
    }

    @Test(arguments: [HTTPSource.End.emptyPage, .hasMore(".more"), .total(".total")])
    func offsets(_ end: HTTPSource.End) async throws {
        let result = try await reading({ request in
            let start = request.query("offset").first.flatMap { Int($0) } ?? -1
            let items = Self.items(min(start, 5)..<min(start + 2, 5))
            return .json(#"{"items":\#(items),"more":\#(start + 2 < 5),"total":5}"#)
        }) {
            $0.records = ".items[]"
            $0.entity = "{n: .id}"
            $0.pagination = .offset(end: end)
        }
        #expect(result.entities == all)
        let offsets = end == .emptyPage ? [0, 2, 4, 5] : [0, 2, 4]
        #expect(result.uris == offsets.map { "/items?offset=\($0)" })
    }

    @Test("offsets that begin at 1, as those of SCIM (RFC 7644, 3.4.2.4)")
    func offsetsFromOne() async throws {
        let result = try await reading({ request in
            let start = request.query("startIndex").first.flatMap { Int($0) } ?? 0
            let items = Self.items(min(start - 1, 5)..<min(start + 1, 5))
            return .json(#"{"Resources":\#(items),"totalResults":5}"#)
        }) {
            $0.records = ".Resources[]"
            $0.entity = "{n: .id}"
            $0.pagination = .offset(parameter: "startIndex", first: 1, end: .total(".totalResults"))
        }
        #expect(result.entities == all)
        #expect(result.uris == [1, 3, 5].map { "/items?startIndex=\($0)" })
    }

    @Test(
        "I2: a filter that shrinks a page, even to nothing, does not end the pagination",
        arguments: [
            HTTPSource.Pagination.page(), .page(end: .hasMore(".more")), .offset(), .offset(end: .total(".total")),
            .cursor(next: ".next", parameter: "after"),
        ]
    )
    func filtersDoNotEndThePagination(_ pagination: HTTPSource.Pagination) async throws {
        let result = try await reading({ request in
            let number =
                request.query("page").first.flatMap { Int($0) }.map { $0 - 1 }
                ?? request.query("offset").first.flatMap { Int($0) }.map { ($0 + 1) / 2 }
                ?? request.query("after").first.flatMap { Int($0) } ?? 0
            let next = number < 2 ? "\(number + 1)" : "null"
            return .json(#"{"items":\#(Self.page(number)),"more":\#(number < 2),"total":5,"next":\#(next)}"#)
        }) {
            $0.records = ".items[] | select(.id == 4)"
            $0.entity = "{n: .id}"
            $0.pagination = pagination
        }
        #expect(result.entities == [#"{"n":4}"#])
        #expect(result.pages[0].entities.isEmpty)
        #expect(result.pages.count >= 3)
    }

    @Test func aPageWithoutRecordsAndWithMoreToComeIsAnErrorWithOffsets() async throws {
        let error = try await failing({ _ in .json(#"{"items":[],"total":5}"#) }) {
            $0.records = ".items[]"
            $0.pagination = .offset(end: .total(".total"))
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("at offset 0 has no records") == true)
    }

    @Test func requestsForkTheChain() async throws {
        let result = try await reading({ request in
            switch request.uri {
            case "/items?size=2": .json(#"{"items":[],"folders":["a","b"]}"#)
            case "/items?size=2&folder=a": .json(#"{"items":\#(Self.items(0..<2)),"next":"z"}"#)
            case "/items?size=2&after=z&folder=a": .json(#"{"items":\#(Self.items(2..<3))}"#)
            case "/items?size=2&folder=b": .json(#"{"items":\#(Self.items(3..<5)),"link":"other?x=1"}"#)
            case "/other?x=1": .json(#"{"items":[]}"#)
            default: .json("{}", status: 404)
            }
        }) {
            $0.query = ["size": 2]
            $0.records = ".items"
            $0.entity = "{n: .id}"
            $0.pagination = .requests(
                """
                (.folders // [] | .[] | {query: {folder: .}}),
                (.next // empty | {query: ($request.query + {after: .})}),
                .link
                """
            )
        }
        #expect(result.entities.sorted() == all)
        #expect(result.pages.map(\.next.count) == [2, 1, 1, 0, 0])
        #expect(result.pages[0].next[0] == ["request": ["query": ["folder": "a"]]])
    }

    @Test(arguments: [
        ("{x: 1}", "it can have `url`, `query` and `body`"), ("1", "neither a URL nor an object"),
        ("{query: 1}", "is not an object"), ("{url: 1}", "is not a string"),
        (#"{url: "ftp://x/"}"#, "not an http or https URL"),
    ])
    func malformedRequests(_ expression: String, _ message: String) async throws {
        let error = try await failing({ _ in .json("[]") }) { $0.pagination = .requests(expression) }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func aCursorThatJQWouldRoundIsRefused() async throws {
        let error = try await failing({ _ in .json(#"{"items":[],"next":1374004777531007833}"#) }) {
            $0.records = ".items"
            $0.pagination = .cursor(next: ".next", parameter: "after")
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("2^53") == true)
    }

    @Test func aCursorOfAnotherPaginationStartsTheCycleOver() async throws {
        let error = try await failing({ _ in .json("[]") }, at: ["page": 3]) { $0.pagination = .linkHeader() }
        #expect(error?.code == .cursorExpired)
    }

    @Test func severalCursorsAreAnError() async throws {
        let error = try await failing({ _ in .json(#"{"items":[],"next":[1,2]}"#) }) {
            $0.records = ".items"
            $0.pagination = .cursor(next: ".next[]", parameter: "after")
        }
        #expect(error?.message.contains("gives 2 values") == true)
    }

    @Test func withoutAMappingTheProtocolOfProgramsIsSpokenOverPOST() async throws {
        try await HTTPTestServer.with({ request in
            switch String(decoding: request.body, as: UTF8.self) {
            case #"{"cursor":null}"#: .json(#"{"entities":[{"a":1}],"next":["x",{"y":1}]}"#)
            case #"{"cursor":"x"}"#: .json(#"{"entities":[{"b":[1.0, "ü"]}],"next":[]}"#)
            case #"{"cursor":{"y":1}}"#: .json(#"{"error":{"code":"cursor-expired","message":"too old"}}"#)
            default: .json("{}")
            }
        }) { server in
            let source = try HTTPSource(HTTPSource.Configuration(url: server.url), logger: quiet)
            let first = try await source.readPage()
            #expect(first.next == ["x", ["y": 1]])
            #expect(first.entities.map(\.description) == [#"{"a":1}"#])
            #expect(try await source.readPage(at: "x").entities.map(\.description) == [#"{"b":[1.0,"ü"]}"#])
            let error = await #expect(throws: SourceError.self) { try await source.readPage(at: ["y": 1]) }
            #expect(error?.code == .cursorExpired)
            #expect(error?.message.hasSuffix("the source says: too old") == true)
            #expect(server.requests.allSatisfy { $0.method == "POST" })
        }
    }
}
