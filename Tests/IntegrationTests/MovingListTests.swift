import Catalog
import EntitySources
import Ingestion
import Synchronization
import TestSupport
import Testing

/// Lists that lose records while they are read, over HTTP.
@Suite struct MovingListTests {
    /// A list of records that is read by position, 10 at a time; it loses its first records before a given request.
    private final class Site: Sendable {
        private let state: Mutex<(names: [String], requests: Int, losses: [Int: Int])>

        init(_ names: [String]) { state = Mutex((names, 0, [:])) }

        var names: [String] { state.withLock { $0.names } }

        func list(_ names: [String]) { state.withLock { $0.names = names } }

        /// In the cycle that follows, so many records go before its requests of these numbers, from 1.
        func lose(_ losses: [Int: Int]) { state.withLock { ($0.requests, $0.losses) = (0, losses) } }

        func answer(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
            state.withLock { state in
                state.requests += 1
                state.names.removeFirst(state.losses[state.requests] ?? 0)
                let page = request.query("page").first.flatMap { Int($0) }.map { ($0 - 1) * 10 }
                let start = page ?? request.query("offset").first.flatMap { Int($0) } ?? 0
                let records = state.names.dropFirst(start).prefix(10).map { "{\"name\":\"\($0)\"}" }
                let (total, pages) = (state.names.count, (state.names.count + 9) / 10)
                return .json("{\"total\":\(total),\"pages\":\(pages),\"items\":[\(records.joined(separator: ","))]}")
            }
        }
    }

    private static func with(
        _ pagination: HTTPSource.Pagination,
        _ change: (inout Provider) -> Void = { _ in },
        _ body: (Site, TestEngine) async throws -> Void
    ) async throws {
        let site = Site((0..<100).map { "e\($0)" })
        try await HTTPTestServer.with({ site.answer($0) }) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/items")
            configuration.pagination = pagination
            configuration.pageSize = HTTPSource.PageSize("size", size: 10)
            configuration.records = ".items[]"
            configuration.entity = """
                { apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: { name },
                  spec: { type: "service", lifecycle: "production", owner: "team" } }
                """
            let source = try HTTPSource(configuration, logger: .quiet)
            try await withEngine([.test("test", source, change)]) { engine in
                try await engine.runCycle("test")
                #expect(try await engine.catalog(of: "test").count == 100)
                try await body(site, engine)
            }
        }
    }

    private static let positions: [HTTPSource.Pagination] = [
        .page(), .page(end: .shortPage), .offset(), .offset(end: .total(".total")),
    ]

    @Test(
        "records deleted while a list is read by position hide others: none that the source has is removed",
        arguments: positions
    )
    func deletedWhileRead(pagination: HTTPSource.Pagination) async throws {
        try await Self.with(pagination) { site, engine in
            for _ in 1...3 {
                site.lose([2: 4, 4: 3, 5: 1])
                try await engine.runAnotherCycle("test")
                #expect(try await engine.operations.status(of: "test").phase == .resting)
                let catalog = try await engine.catalog(of: "test")
                #expect(site.names.filter { catalog[TestSource.ref($0)] == nil } == [])
                #expect(try await engine.violations(of: "test") == [])
            }
            // What is gone goes once two cycles in a row have missed it.
            site.lose([:])
            try await engine.runAnotherCycle("test")
            try await engine.runAnotherCycle("test")
            #expect(Set(try await engine.catalog(of: "test").keys) == Set(site.names.map(TestSource.ref)))
        }
    }

    @Test("one that is missing is removed after the second cycle, and begins anew when it was back in between")
    func secondMiss() async throws {
        try await Self.with(.offset()) { site, engine in
            func cycle(_ names: [String]) async throws -> Set<String> {
                site.list(names)
                try await engine.runAnotherCycle("test")
                #expect(try await engine.violations(of: "test") == [])
                return Set(try await engine.catalog(of: "test").keys)
            }
            let all = site.names
            let (gone, flickers) = (TestSource.ref("e1"), TestSource.ref("e2"))
            let rest = all.filter { $0 != "e1" && $0 != "e2" }
            var catalog = try await cycle(rest)
            #expect(catalog.contains(gone) && catalog.contains(flickers))
            let status = try await engine.operations.status(of: "test")
            #expect(status.missingOnce == 2 && status.leaving == 0 && status.known == 100)
            catalog = try await cycle(rest + ["e2"])
            #expect(!catalog.contains(gone) && catalog.contains(flickers))
            catalog = try await cycle(rest)
            #expect(catalog.contains(flickers))
            catalog = try await cycle(rest)
            #expect(!catalog.contains(flickers) && catalog.count == 98)
        }
    }

    @Test(
        "a total that falls while a list is read is counted for the cycle, and shown in its history",
        arguments: [
            (HTTPSource.Pagination.offset(end: .total(".total")), 3), (.page(end: .lastPage(".pages")), 1),
            (.offset(), 0),
        ]
    )
    func totalFalls(pagination: HTTPSource.Pagination, times: Int) async throws {
        try await Self.with(pagination) { site, engine in
            #expect(try await engine.operations.status(of: "test").counts.shrunk == 0)
            site.lose([2: 4, 4: 3, 5: 5])
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").counts.shrunk == times)
            #expect(try await engine.operations.history("test", most: 1)[0].counts.shrunk == times)
            // Between two cycles a list may shrink.
            site.list(Array(site.names.dropFirst(20)))
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").counts.shrunk == 0)
        }
    }

    @Test("with removeAfterMisses: 1 what a moving list hides is removed until the next cycle finds it")
    func oneMiss() async throws {
        try await Self.with(.page(), { $0.removeAfterMisses = 1 }) { site, engine in
            site.lose([2: 10])
            try await engine.runAnotherCycle("test")
            let catalog = try await engine.catalog(of: "test")
            #expect(site.names.count { catalog[TestSource.ref($0)] == nil } == 10)
        }
    }
}
