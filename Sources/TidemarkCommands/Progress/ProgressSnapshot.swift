internal import Ingestion

/// What a progress display shows at one moment.
struct ProgressSnapshot: Sendable {
    /// A provider and how fast it goes.
    struct Provider: Sendable {
        var status: ProviderStatus
        /// Entities marked a second.
        var rate: Double
        /// Why the catalog cannot be given its deltas; nil when it can.
        var consumerError: String?
    }

    var providers: [Provider]
    /// How many entities the catalog has; nil when another process consumes.
    var catalogEntities: Int?
    /// Why nothing new is known; nil when Redis answers.
    var trouble: String?
}
