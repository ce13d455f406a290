package import Metrics
internal import Redis

/// How long the round trips of the engine's scripts take.
package struct ScriptTimers: Sendable {
    private let timers: [String: Timer]

    package init(_ factory: any MetricsFactory) {
        timers = Dictionary(
            uniqueKeysWithValues: Set(Scripts.all.map(\.name)).map { name in
                (
                    name,
                    Timer(
                        label: EngineMetric.scriptDuration.rawValue,
                        dimensions: [("script", name)],
                        factory: factory
                    )
                )
            }
        )
    }

    func record(_ script: RedisScript, since start: ContinuousClock.Instant) {
        timers[script.name]?.record(duration: start.duration(to: .now))
    }
}
