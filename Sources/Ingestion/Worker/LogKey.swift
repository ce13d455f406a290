/// The metadata keys of the engine's log.
package enum LogKey {
    package static let provider = "provider.name"
    package static let job = "job.id"
    package static let kind = "job.kind"
    package static let attempts = "job.attempts"
    package static let fence = "lease.fence"
    package static let sequence = "page.sequence"
    package static let generation = "cycle.generation"
    package static let marked = "entities.marked"
    package static let added = "entities.added"
    package static let changed = "entities.changed"
    package static let unmarked = "sweep.unmarked"
    package static let known = "sweep.known"
    package static let error = "error"
    package static let pause = "pause"
    package static let lane = "lane"
    package static let key = "redis.key"
}
