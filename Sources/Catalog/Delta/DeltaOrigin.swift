/// What published a delta.
public enum DeltaOrigin: String, Sendable, CaseIterable {
    /// A page of the source.
    case burst
    /// The removal of what a cycle did not meet.
    case sweep
    /// A live event.
    case event
    /// The removal of everything by an operator.
    case purge
}
