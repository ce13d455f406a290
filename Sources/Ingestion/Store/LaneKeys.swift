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
    /// The version of the lane's layout; 1 where there is none.
    package var layout: String { tag + ":layout" }
    package var providers: String { tag + ":providers" }
    package var workers: String { tag + ":workers" }
    var providerPrefix: String { tag + ":provider:" }

    package func job(_ id: String) -> String { tag + ":job:" + id }
    package func worker(_ id: String) -> String { "\(tag):worker:\(id)" }
    package func provider(_ name: String) -> ProviderKeys { ProviderKeys(hash: providerPrefix + name) }

    /// Names of providers with jobs that a worker without their plan left alone.
    package var aside: String { tag + ":jobs:aside" }

    /// Where a worker waits that knows jobs up to this version and has these plans: those that another could not take have markers
    /// of their own.
    func wakes(upTo version: Int64, plans: [String] = []) -> [String] {
        [wake] + (1..<version).map { "\(wake):\($0 + 1)" } + Set(plans).sorted().map { "\(wake):\($0)" }
    }

    /// The first seven keys of every script.
    var shared: [String] { [ready, delayed, leased, dead, wake, tag + ":", providerPrefix] }
}
