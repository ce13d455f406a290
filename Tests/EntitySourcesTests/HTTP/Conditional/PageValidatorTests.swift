import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct PageValidatorTests {
    private static let date = "Tue, 15 Nov 1994 08:12:31 GMT"

    /// Reads a page that comes with these headers, then asks for it conditionally; what is answered then, nil for a page that is
    /// as it was, and the headers that asked.
    private func asking(
        _ headers: [(String, String)],
        items: Int = 1,
        again: HTTPTestServer.Response = .init(status: 304),
        _ configure: (inout HTTPSource.Configuration) -> Void = { _ in }
    ) async throws -> (page: Page?, asked: [String], requests: Int)? {
        let handler: HTTPTestServer.Handler = { request in
            let isConditional = ["If-None-Match", "If-Modified-Since"].contains { request.header($0) != nil }
            let body = Array(repeating: "{}", count: items).joined(separator: ",")
            return isConditional ? again : .json("[\(body)]", headers: headers)
        }
        return try await HTTPTestServer.with(handler) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/items")
            configuration.entity = "."
            configuration.conditional = true
            configure(&configuration)
            let source = try HTTPSource(configuration, logger: quiet)
            guard let validator = try await source.readPage().validator else { return nil }
            var page: Page?
            try await source.withClient { client in
                page = try await source.page(at: nil, unless: validator, using: client)
            }
            let requests = Array(server.requests.dropFirst())
            let asked = ["If-None-Match", "If-Modified-Since"].compactMap { name in
                requests[0].header(name).map { "\(name): \($0)" }
            }
            return (page, asked, requests.count)
        }
    }

    @Test(
        "an ETag, strong or weak, is asked with before a date; a date only if it cannot hide a later change (RFC 9110, 8.8.2.2)",
        arguments: [
            ([("ETag", #""a""#)], #"If-None-Match: "a""#),
            ([("ETag", #"W/"a""#)], #"If-None-Match: W/"a""#),
            (
                [("ETag", #""a""#), ("Last-Modified", date), ("Date", "Tue, 15 Nov 1994 09:12:31 GMT")],
                #"If-None-Match: "a""#
            ),
            ([("Last-Modified", date), ("Date", "Tue, 15 Nov 1994 08:13:31 GMT")], "If-Modified-Since: \(date)"),
            ([("Last-Modified", date), ("Date", "Tue, 15 Nov 1994 08:13:30 GMT")], nil),
            ([("Last-Modified", date)], nil),
            ([("Last-Modified", "yesterday"), ("Date", date)], nil),
            ([("ETag", #""a""#), ("ETag", #""b""#)], nil),
            ([("ETag", "\"" + String(repeating: "a", count: 1_023) + "\"")], nil),
            ([], nil),
        ] as [([(String, String)], String?)]
    )
    func conditions(_ headers: [(String, String)], _ asked: String?) async throws {
        let result = try await asking(headers)
        #expect(result?.asked == asked.map { [$0] })
        if let result { #expect(result.page == nil && result.requests == 1) }
    }

    @Test(
        "a 304 is of the page if its ETag is, compared weakly, or if it has none",
        arguments: [(#""a""#, true), (#"W/"a""#, true), (nil, true), (#""b""#, false)] as [(String?, Bool)]
    )
    func confirmations(_ tag: String?, _ isOfThePage: Bool) async throws {
        let again = HTTPTestServer.Response(status: 304, headers: tag.map { [("ETag", $0)] } ?? [])
        let result = try await asking([("ETag", #""a""#)], again: again)
        #expect((result?.page == nil) == isOfThePage)
        #expect(result?.requests == (isOfThePage ? 1 : 2))
    }

    @Test("an answer of another status than 304 is the page")
    func changed() async throws {
        let result = try await asking([("ETag", #""a""#)], again: .json("[{},{}]"))
        #expect(result?.page?.entities.count == 2 && result?.page?.validator == nil && result?.requests == 1)
    }

    @Test(
        "the last page of a chain by Link header is kept only where it is not full: it gets a next one and stays the same",
        arguments: [(nil, false), (1, false), (2, true)] as [(Int?, Bool)]
    )
    func lastPageByLink(_ pageSize: Int?, _ isKept: Bool) async throws {
        let result = try await asking([("ETag", #""a""#)]) {
            $0.pagination = .linkHeader()
            $0.pageSize = pageSize.map { .init("per_page", size: $0) }
        }
        #expect((result != nil) == isKept)
    }

    @Test(
        "a 304 whose Link header leads elsewhere than the page's is not of the page; one without says nothing against it",
        arguments: [(#"</items?page=2>; rel="next""#, true), (nil, true), (#"</items?page=9>; rel="next""#, false)]
            as [(String?, Bool)]
    )
    func links(_ link: String?, _ isOfThePage: Bool) async throws {
        let again = HTTPTestServer.Response(status: 304, headers: link.map { [("Link", $0)] } ?? [])
        let result = try await asking([("ETag", #""a""#), ("Link", #"</items?page=2>; rel="next""#)], again: again) {
            $0.pagination = .linkHeader()
        }
        #expect((result?.page == nil) == isOfThePage)
    }

    @Test("a page that gets a next one is not as it was, whatever its ETag says")
    func aNextPageComes() async throws {
        let again = HTTPTestServer.Response(status: 304, headers: [("Link", #"</items?page=2>; rel="next""#)])
        let result = try await asking([("ETag", #""a""#)], again: again) {
            $0.pagination = .linkHeader()
            $0.pageSize = .init("per_page", size: 2)
        }
        #expect(result?.page != nil)
    }

    @Test("nothing is asked conditionally, and no page has a validator, unless it is configured")
    func offByDefault() async throws {
        #expect(try await asking([("ETag", #""a""#)]) { $0.conditional = false } == nil)
    }

    @Test("only GET requests without details can be asked conditionally; a configuration without any says so")
    func nothingToAskFor() async throws {
        func problem(_ configure: (inout HTTPSource.Configuration) -> Void) throws -> String? {
            var configuration = HTTPSource.Configuration(url: "http://127.0.0.1/items")
            configuration.conditional = true
            configure(&configuration)
            do throws(SourceConfigurationError) {
                _ = try HTTPSource(configuration, logger: quiet)
                return nil
            } catch {
                return error.field
            }
        }
        let detail = HTTPSource.Detail("owner", url: "owners")
        var each = HTTPSource.Each("parts", parent: ".id", chain: HTTPSource.Chain(url: "parts"))
        each.chain.entity = "."
        #expect(try problem { _ in } == "conditional")
        #expect(try problem { ($0.entity, $0.method) = (".", "POST") } == "conditional")
        #expect(try problem { ($0.entity, $0.details) = (".", [detail]) } == "conditional")
        #expect(try problem { ($0.entity, $0.details, $0.each) = (".", [detail], [each]) } == nil)
        #expect(try problem { $0.entity = "." } == nil)
    }
}
