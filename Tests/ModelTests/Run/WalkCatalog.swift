import Catalog
import Synchronization

@testable import CatalogConsumer

/// A catalog in memory, as any store that keeps its position must be: it removes what it may have missed once a whole cycle has
/// not brought it again.
final class WalkCatalog: TransactionalSink {
    struct State {
        var position: StreamEntryID?
        /// Digests by ref.
        var entities: [String: String] = [:]
        /// Refs that were not published again yet.
        var stale: Set<String> = []
        var isRestarting = false
        /// The first cycle that began since.
        var generation: Int64?

        mutating func beginAnew() {
            stale = Set(entities.keys)
            (isRestarting, generation) = (true, nil)
        }
    }

    private let content = Mutex(State())

    var state: State { content.withLock { $0 } }

    func lastEntryID(provider: String) -> StreamEntryID? { state.position }

    func apply(_ entries: [StreamEntry], provider: String) {
        content.withLock { state in
            for entry in entries {
                state.position = entry.id
                for removed in entry.delta.removed {
                    state.entities[removed.entityRef.string] = nil
                    state.stale.remove(removed.entityRef.string)
                }
                for added in entry.delta.added {
                    state.entities[added.entity.ref.string] = added.entity.digest.description
                    state.stale.remove(added.entity.ref.string)
                }
                for kept in entry.delta.kept { state.stale.remove(kept.string) }
                switch entry.delta.type {
                case .cycleStarted where state.isRestarting && state.generation == nil:
                    state.generation = entry.delta.generation
                case .cycleCompleted:
                    guard let began = state.generation, began <= entry.delta.generation else { continue }
                    for ref in state.stale { state.entities[ref] = nil }
                    (state.stale, state.isRestarting, state.generation) = ([], false, nil)
                case .purged: state.beginAnew()
                default: break
                }
            }
        }
    }

    /// From a backup; nil if there was no catalog yet.
    func restore(_ earlier: State?) { content.withLock { $0 = earlier ?? State() } }

    func restart(provider: String, after entry: StreamEntryID) {
        content.withLock { state in
            state.beginAnew()
            state.position = entry
        }
    }
}
