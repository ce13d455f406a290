/// What a worker said of itself at its last sign of life.
package struct WorkerRecord: Sendable, Equatable {
    /// A burst that it runs.
    package struct Activity: Sendable, Equatable {
        package var job: String
        package var kind: Job.Kind
        package var generation: Int64
        /// Since when, in milliseconds since 1970.
        package var since: Int64

        /// The provider's name.
        package var provider: String { Job.provider(of: job) }
    }

    package var id: String
    /// `HOST/PID`.
    package var name: String
    package var version: String
    /// The newest version of jobs that it knows.
    package var jobVersion: Int64
    /// How many bursts it runs at a time, at the most.
    package var slots: Int
    /// Its first and its last sign of life, in milliseconds since 1970, by the clock of Redis.
    package var since: Int64
    package var seen: Int64
    package var activities: [Activity]
}
