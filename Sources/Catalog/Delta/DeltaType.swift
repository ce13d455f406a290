/// What an entry of the delta stream tells.
public enum DeltaType: String, Sendable, CaseIterable {
    /// Entities were added, changed or removed.
    case delta
    /// A pass over the source began.
    case cycleStarted = "cycle-started"
    /// A pass over the source ended, its sweep included.
    case cycleCompleted = "cycle-completed"
    /// A sweep would have removed more than its guard lets go, and waits for a person or the next cycle.
    case sweepHeld = "sweep-held"
    /// A person had everything about the provider forgotten. What a catalog still has of it stays, until a whole cycle that begins
    /// after this entry has not published it again. Where removals were published, the next two entries are such a cycle.
    case purged
}
