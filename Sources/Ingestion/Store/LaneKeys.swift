/// The names of a lane's keys. All carry its hash tag, so a script never touches two slots.
package struct LaneKeys: Sendable, Hashable {
    /// `{tidemark:N}`.
    package let tag: String

    package init(prefix: String, lane: Int) {
        tag = "{\(prefix):\(lane)}"
    }

    package var ready: String { tag + ":jobs:ready" }
    package var delayed: String { tag + ":jobs:delayed" }
    package var leased: String { tag + ":jobs:leased" }
    package var dead: String { tag + ":jobs:dead" }
    package var wake: String { tag + ":jobs:wake" }
    package var providers: String { tag + ":providers" }
    package var workers: String { tag + ":workers" }
    var jobPrefix: String { tag + ":job:" }
    var providerPrefix: String { tag + ":provider:" }

    package func job(_ id: String) -> String { jobPrefix + id }
    package func worker(_ id: String) -> String { "\(tag):worker:\(id)" }
    package func provider(_ name: String) -> ProviderKeys { ProviderKeys(hash: providerPrefix + name) }

    /// The first seven keys of every script.
    var shared: [String] { [ready, delayed, leased, dead, wake, jobPrefix, providerPrefix] }
}
