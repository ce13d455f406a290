/// How a consumer gets on, for health checks and people.
public struct ConsumerStatus: Sendable {
    /// How it gets on with one provider.
    public struct Provider: Sendable {
        /// What it does.
        public enum State: Sendable, Hashable {
            /// Another consumer of the group has the provider.
            case standby
            /// It reads and stores.
            case consuming
            /// The last try failed; it will try again.
            case failing
        }

        /// What it does.
        public internal(set) var state = State.standby
        /// The last entry that the sink has stored, as far as this process knows.
        public internal(set) var lastEntryID: StreamEntryID?
        /// When a read was answered last, be it with nothing new.
        public internal(set) var lastRead: ContinuousClock.Instant?
        /// Entries that were stored by this process.
        public internal(set) var entries = 0
        /// Why it is failing.
        public internal(set) var error: ConsumerError?
    }

    /// The providers that were found, by name.
    public internal(set) var providers: [String: Provider] = [:]
    /// When the names of providers were read last; nil before that.
    public internal(set) var lastDiscovery: ContinuousClock.Instant?
}
