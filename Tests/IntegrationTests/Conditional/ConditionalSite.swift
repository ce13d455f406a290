import Catalog
import EntitySources
import Ingestion
import Redis
import TestSupport
import Testing

/// The engine over pages that have ETags, with a provider that asks for them conditionally.
struct ConditionalSite: Sendable {
    static let name = "test"
    static let listed = [["a", "b", "c"], ["d", "e", "f"], ["g", "h"]]

    let pages: ValidatedPages
    let url: String
    let engine: TestEngine

    static func with(
        _ change: @escaping (inout Provider) -> Void = { _ in },
        configure: (inout HTTPSource.Configuration) -> Void = { _ in },
        _ body: (ConditionalSite) async throws -> Void
    ) async throws {
        let pages = ValidatedPages(listed)
        try await HTTPTestServer.with(answering: { await pages.answer($0) }) { server in
            let url = server.url + "/items"
            let provider = try provider(url, change, configure)
            try await withEngine([provider]) { engine in
                try await body(ConditionalSite(pages: pages, url: url, engine: engine))
            }
        }
    }

    static func provider(
        _ url: String,
        _ change: (inout Provider) -> Void = { _ in },
        _ configure: (inout HTTPSource.Configuration) -> Void = { _ in }
    ) throws -> Provider {
        var configuration = HTTPSource.Configuration(url: url)
        configuration.pagination = .page()
        configuration.entity = """
            { apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: { name, title },
              spec: { type: "service", lifecycle: "production", owner: "team" } }
            """
        configuration.conditional = true
        configure(&configuration)
        return Provider.test(name, try HTTPSource(configuration, logger: .quiet)) {
            $0.removeAfterMisses = 1
            change(&$0)
        }
    }

    /// The same Redis and server, with a worker of another configuration.
    func changed(
        _ change: (inout Provider) -> Void = { _ in },
        configure: (inout HTTPSource.Configuration) -> Void = { _ in }
    ) throws -> ConditionalSite {
        let worker = try engine.anotherWorker([try Self.provider(url, change, configure)])
        let other = TestEngine(store: engine.store, time: engine.time, worker: worker, settings: engine.settings)
        return ConditionalSite(pages: pages, url: url, engine: other)
    }

    /// What a cycle came to.
    struct Cycle: Equatable {
        /// Names, with their titles where these are others.
        var published: [String] = []
        var removed: [String] = []
        /// Page and status.
        var answers: [String]
    }

    /// Runs the first cycle, which reads everything.
    func runFirst() async throws {
        #expect(try await run().answers == ["1:200", "2:200", "3:200", "4:200"])
    }

    /// Runs a cycle to its end; the invariants hold then, and the catalog is what is listed.
    func run() async throws -> Cycle {
        let before = try await engine.deltas(of: Self.name).count
        _ = pages.takeAnswers()
        if try await status().phase != .starting { try await engine.operations.start(Self.name) }
        try await engine.runCycle(Self.name)
        let status = try await status()
        #expect(status.phase == .resting, "\(status.error ?? "")")
        #expect(try await engine.violations(of: Self.name) == [])
        var cycle = Cycle(answers: pages.takeAnswers())
        for delta in try await engine.deltas(of: Self.name).dropFirst(before) {
            for added in delta.added {
                let metadata = try JSON(parsing: added.entity.body)["metadata"]
                let (name, title) = (metadata?["name"]?.string ?? "", metadata?["title"]?.string ?? "")
                cycle.published.append(name == title ? name : "\(name)=\(title)")
            }
            cycle.removed += delta.removed.map { String($0.entityRef.name) }
        }
        cycle.published.sort()
        cycle.removed.sort()
        return cycle
    }

    func status() async throws -> ProviderStatus { try await engine.operations.status(of: Self.name) }

    /// What somebody says of an entity between the pages.
    func tell(added: String? = nil, removed: String? = nil) async throws {
        let provider = try Self.provider(url)
        let added = try added.map { name in
            try PreparedPage(
                Page(entities: [TestSource.entity(name, title: "event")]),
                at: nil,
                of: provider,
                events: 0
            )
        }
        let gone = try removed.map { try EntityRef(parsing: TestSource.ref($0)) }
        let event = PreparedEvent(added: added?.entities ?? [], removed: gone.map { [$0] } ?? [])
        try await engine.operations.apply(event, to: provider)
    }
}
