internal import Catalog
internal import Ingestion

/// A provider's status in the words of Backstage's module (`IngestionRecord` of its `tables.ts`).
struct BackstageStatus: Sendable, Equatable {
    /// `bursting`, `interstitial`, `backing off` or `resting`; nil between a rest and the cycle after it.
    let action: String?
    /// `ingest`, `backoff`, `rest` or `nothing (canceled)`.
    let nextAction: String
    let nextActionAt: Int64
    let lastError: String?

    init(_ status: ProviderStatus) {
        let isDue = status.due.map { $0 <= status.at } ?? true
        nextActionAt = status.due ?? status.at
        lastError = status.error
        switch status.phase {
        case .starting:
            (action, nextAction) = isDue ? (nil, "ingest") : Self.waiting(status.waits)
        case .running, .sweeping:
            (action, nextAction) = isDue ? ("bursting", "ingest") : Self.waiting(status.waits)
        case .resting, .held, .failed: (action, nextAction) = ("resting", "rest")
        case .cancelled, .purging, .purged: (action, nextAction) = ("resting", "nothing (canceled)")
        }
    }

    private static func waiting(_ reason: String?) -> (String, String) {
        reason == "backoff" ? ("backing off", "backoff") : ("interstitial", "ingest")
    }

    /// What `GET /incremental/providers/NAME` answers.
    var json: JSON {
        guard let action else {
            return ["success": true, "status": ["current_action": "rest complete, waiting to start"]]
        }
        return [
            "success": true,
            "status": [
                "current_action": .string(action), "next_action": .string(nextAction),
                "next_action_at": .string(Timestamp.text(milliseconds: nextActionAt)),
            ],
            "last_error": lastError.map(JSON.string) ?? .null,
        ]
    }
}
