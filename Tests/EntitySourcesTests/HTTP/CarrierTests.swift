import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

/// Every pagination that has a value to send, by every way in which it can be sent.
@Suite struct CarrierTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: String
        var method: String
        var part: HTTPSource.Parameter.Part

        var testDescription: String { "\(kind), \(method), in: \(part.rawValue)" }
    }

    private static let cases = ["cursor", "page", "offset", "keyset"].flatMap { kind in
        [
            Case(kind: kind, method: "GET", part: .query), Case(kind: kind, method: "GET", part: .header),
            Case(kind: kind, method: "POST", part: .query), Case(kind: kind, method: "POST", part: .header),
            Case(kind: kind, method: "POST", part: .body),
        ]
    }

    @Test(
        "I2: exactly the source's records, whatever carries the cursor, and whatever a filter leaves",
        arguments: cases
    )
    func everyRecord(_ example: Case) async throws {
        let list = NumberedList(count: 23, part: example.part)
        for filter in ["", " | select(.id % 7 == 6)"] {
            let result = try await reading(list.handler) {
                $0.method = example.method
                $0.records = ".items[]\(filter)"
                $0.entity = "{n: .id}"
                $0.pagination = list.pagination(example.kind)
                $0.pageSize = HTTPSource.PageSize(list.parameter("limit"), size: 5)
            }
            let ids = filter.isEmpty ? Array(0..<23) : [6, 13, 20]
            #expect(result.entities == ids.map { #"{"n":\#($0)}"# })
            // A cursor tells of the end; the others find it at a page without records.
            #expect(result.pages.count == (example.kind == "cursor" ? 5 : 6))
        }
    }

    @Test("a source that caps the page size is read to its end", arguments: cases)
    func cappedPages(_ example: Case) async throws {
        let list = NumberedList(count: 23, part: example.part, cap: 4)
        let result = try await reading(list.handler) {
            $0.method = example.method
            $0.records = ".items[]"
            $0.entity = "{n: .id}"
            $0.pagination = list.pagination(example.kind, end: .shortPage)
            $0.pageSize = HTTPSource.PageSize(list.parameter("limit"), size: 5)
        }
        #expect(result.entities == (0..<23).map { #"{"n":\#($0)}"# })
    }

    @Test(
        "a short page ends the chain once there was a full one",
        arguments: ["page", "offset", "keyset"],
        [(23, 5), (20, 5), (3, 2), (0, 1), (5, 2)]
    )
    func shortPages(_ kind: String, _ expected: (count: Int, pages: Int)) async throws {
        let list = NumberedList(count: expected.count, part: .query)
        let result = try await reading(list.handler) {
            $0.records = ".items[] | select(.id == 2)"
            $0.entity = "{n: .id}"
            $0.pagination = list.pagination(kind, end: .shortPage)
            $0.pageSize = HTTPSource.PageSize("limit", size: 5)
        }
        #expect(result.entities.count == (expected.count > 2 ? 1 : 0))
        #expect(result.pages.count == expected.pages)
    }

    @Test("a member of the body is set beside what the body has; a first value is sent at once")
    func bodyMembers() async throws {
        try await HTTPTestServer.with({ _ in .json(#"{"items":[1],"next":null}"#) }) { server in
            var configuration = HTTPSource.Configuration(url: server.url)
            configuration.method = "POST"
            configuration.body = .json(["variables": ["org": "acme"], "query": "{ all }"])
            configuration.records = ".items"
            configuration.pagination = .cursor(
                next: ".next",
                parameter: HTTPSource.Parameter(#".variables."the.cursor""#, in: .body),
                first: ["*"]
            )
            configuration.pageSize = HTTPSource.PageSize(HTTPSource.Parameter("variables.size", in: .body), size: 7)
            _ = try await HTTPSource(configuration, logger: quiet).readAll()
            #expect(
                server.requests.map { String(decoding: $0.body, as: UTF8.self) } == [
                    #"{"query":"{ all }","variables":{"org":"acme","size":7,"the.cursor":["*"]}}"#
                ]
            )
        }
    }

    @Test("the page size goes with the first URL, not with one that the source gave")
    func pageSizeOfLinks() async throws {
        let result = try await reading({ request in
            .json(request.path == "/items" ? #"{"items":[],"next":"/more?x=1"}"# : #"{"items":[],"next":null}"#)
        }) {
            $0.records = ".items"
            $0.pagination = .nextURL(".next")
            $0.pageSize = HTTPSource.PageSize("per_page", size: 100)
        }
        #expect(result.uris == ["/items?per_page=100", "/more?x=1"])
    }

    @Test("a cursor with a line's end in it does not become a header of its own")
    func headersAreNotSplit() async throws {
        let error = try await failing({ _ in .json("{}") }, at: ["cursor": "a\r\nX-Admin: 1"]) {
            $0.pagination = .cursor(next: ".next", parameter: HTTPSource.Parameter("X-After", in: .header))
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("`X-After` would have a control character") == true)
    }
}

/// A source of numbered records, paged in every way at once.
struct NumberedList: Sendable {
    var count: Int
    var part: HTTPSource.Parameter.Part
    /// The most records that a page has, whatever is asked for.
    var cap = Int.max

    func parameter(_ name: String) -> HTTPSource.Parameter {
        HTTPSource.Parameter(part == .body ? "paging.\(name)" : name, in: part)
    }

    func pagination(_ kind: String, end: HTTPSource.End = .emptyPage) -> HTTPSource.Pagination {
        switch kind {
        case "cursor": .cursor(next: ".next", parameter: parameter("cursor"))
        case "page": .page(parameter: parameter("page"), end: end)
        case "offset": .offset(parameter: parameter("offset"), end: end)
        default: .keyset(last: ".id", parameter: parameter("since"), end: end)
        }
    }

    var handler: HTTPTestServer.Handler {
        { request in
            guard let size = value("limit", of: request).flatMap({ Int($0) }).map({ min($0, cap) }) else {
                return .json("{}", status: 400)
            }
            let cursor = value("cursor", of: request).flatMap { Int($0.dropFirst()) }
            let page = value("page", of: request).flatMap { Int($0) }.map { ($0 - 1) * size }
            let offset = value("offset", of: request).flatMap { Int($0) }
            let since = value("since", of: request).flatMap { Int($0) }.map { $0 + 1 }
            let start = min(cursor ?? page ?? offset ?? since ?? 0, count)
            let end = min(start + size, count)
            let items = (start..<end).map { #"{"id":\#($0)}"# }.joined(separator: ",")
            return .json(#"{"items":[\#(items)],"next":\#(end < count ? "\"c\(end)\"" : "null")}"#)
        }
    }

    private func value(_ name: String, of request: HTTPTestServer.Request) -> String? {
        switch part {
        case .query: return request.query(name).first
        case .header: return request.header(name)
        case .body:
            let value = (try? JSON(parsing: request.body))?["paging"]?[name]
            return value?.string ?? value?.integer.map(String.init)
        }
    }
}
