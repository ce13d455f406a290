/// What a worker, and what takes live events, counts, by the name under which it asks its `MetricsFactory` for it.
///
/// Labels are bounded: `provider` is a name of the configuration, `script` one of ``Scripts``, the others are words of an enum.
package enum EngineMetric: String, Sendable, CaseIterable {
    case pages = "tidemark_pages_total"
    case entities = "tidemark_entities_total"
    case bursts = "tidemark_bursts_total"
    case burstDuration = "tidemark_burst_duration_seconds"
    case pageDuration = "tidemark_page_duration_seconds"
    case scriptDuration = "tidemark_script_duration_seconds"
    case totalsFallen = "tidemark_totals_fallen_total"
    case retries = "tidemark_retries_total"
    case callsDeferred = "tidemark_calls_deferred_total"
    case sourcePauses = "tidemark_source_pauses_total"
    case throttled = "tidemark_throttled_total"
    case sweepsHeld = "tidemark_sweeps_held_total"
    case leasesLost = "tidemark_leases_lost_total"
    case changes = "tidemark_changes_total"
    case events = "tidemark_events_total"
    case lastClaim = "tidemark_last_claim_timestamp_seconds"

    /// What it means, for those who read it.
    package var help: String {
        switch self {
        case .pages: "Pages that this process committed."
        case .entities: "Entities of cycles by what became of them, as this process committed or swept them."
        case .bursts: "Bursts that this process ran, by how they ended."
        case .burstDuration: "How long a burst took."
        case .pageDuration:
            "How long it took to read a page, its waits for calls included, whether it could be read or not."
        case .scriptDuration: "Round trip of a script of the engine."
        case .totalsFallen:
            "Pages that named a smaller total than the page before them: records were deleted meanwhile."
        case .retries: "Tries that failed, and will be made again."
        case .callsDeferred:
            "Calls to the source that were put off, by whom: rate (callRate), source (it asked for it)."
        case .sourcePauses: "Times that the source asked for fewer calls, or for none before a time."
        case .throttled: "Times that reading was put off because consumers are behind."
        case .sweepsHeld: "Sweeps that their guard held."
        case .leasesLost: "Leases that ran out while this process worked on their jobs."
        case .changes: "Entities that a feed of changes told of, by what became of them."
        case .events: "Entities that live events told of, by what became of them."
        case .lastClaim: "When Redis last answered a claim of this process."
        }
    }
}
