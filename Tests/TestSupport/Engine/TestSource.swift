package import Catalog
package import Ingestion
internal import Synchronization

/// A source in memory, of one or more chains, that a test changes and makes fail.
///
/// Cursors are `{"chain": C, "offset": N}`; with more than one chain, the first page has no entities and forks into them.
package final class TestSource: EntitySource {
    private struct State {
        var chains: [[JSONText]]
        var reads: [JSON?] = []
        var intercept: (@Sendable (JSON?) async throws -> Page?)?
    }

    private let state: Mutex<State>
    private let pageSize: Int
    package let planIdentity: JSON

    package init(_ chains: [[JSONText]], pageSize: Int = 10, plan: JSON = .null) {
        state = Mutex(State(chains: chains))
        self.pageSize = pageSize
        planIdentity = plan
    }

    package convenience init(names: some Sequence<String>, pageSize: Int = 10, plan: JSON = .null) {
        self.init([names.map { TestSource.entity($0) }], pageSize: pageSize, plan: plan)
    }

    /// A valid Component of this name; `title` makes another body.
    package static func entity(_ name: String, title: String? = nil) -> JSONText {
        var metadata: [String: JSON] = ["name": .string(name)]
        if let title { metadata["title"] = .string(title) }
        return JSONText(
            .object([
                "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": .object(metadata),
                "spec": ["type": "service", "lifecycle": "production", "owner": "team"],
            ])
        )
    }

    /// The ref of ``entity(_:title:)``.
    package static func ref(_ name: String) -> String { "component:default/\(name)" }

    /// What the source lists from now on, as one chain.
    package func list(_ entities: [JSONText]) { list([entities]) }

    /// What the source lists from now on.
    package func list(_ chains: [[JSONText]]) { state.withLock { $0.chains = chains } }

    /// The cursors that were read, in their order.
    package var reads: [JSON?] { state.withLock { $0.reads } }

    /// Runs before each read from now on: it may throw, wait, or give a page in place of the source's own.
    package func intercept(_ body: (@Sendable (JSON?) async throws -> Page?)?) {
        state.withLock { $0.intercept = body }
    }

    package func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    package func page(at cursor: JSON?, using client: ()) async throws -> Page {
        let intercept = state.withLock { state in
            state.reads.append(cursor)
            return state.intercept
        }
        if let page = try await intercept?(cursor) { return page }
        return state.withLock { state in
            if cursor == nil, state.chains.count != 1 {
                return Page(
                    entities: [],
                    next: state.chains.indices.map { ["chain": .integer(Int64($0)), "offset": 0] }
                )
            }
            let chain = Int(cursor?["chain"]?.integer ?? 0)
            let offset = Int(cursor?["offset"]?.integer ?? 0)
            let entities = state.chains[chain]
            let end = min(offset + pageSize, entities.count)
            let next: [JSON] =
                end < entities.count ? [["chain": .integer(Int64(chain)), "offset": .integer(Int64(end))]] : []
            return Page(entities: Array(entities[min(offset, end)..<end]), next: next)
        }
    }
}
