package import Catalog
package import Ingestion

extension ProviderStatus {
    /// Everything, under stable names.
    package var json: JSON {
        func time(_ milliseconds: Int64?) -> JSON {
            milliseconds.map { .string(Timestamp.text(milliseconds: $0)) } ?? .null
        }
        func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
        func count(_ number: Int) -> JSON { .integer(Int64(number)) }
        return [
            "name": .string(name), "status": .string(status), "phase": .string(phase.rawValue),
            "pausedSince": time(pausedSince), "throttledSince": time(throttledSince),
            "generation": .integer(generation), "completedCycles": count(completed),
            "cycle": [
                "pages": count(counts.pages), "marked": count(counts.marked), "added": count(counts.added),
                "changed": count(counts.changed), "unchanged": count(counts.unchanged),
                "removed": count(counts.removed), "rejected": count(counts.rejected),
                "duplicates": count(counts.duplicates), "unmodifiedPages": count(counts.unmodified),
                "totalsFallen": count(counts.shrunk),
                "outstandingChains": count(outstanding),
                "givenUpChains": count(givenUp), "startedAt": time(started), "endedAt": time(ended),
                "lastPageAt": time(lastPage),
            ],
            "completedAt": time(completedAt), "known": count(known), "marked": count(marked),
            "removeAfterMisses": count(removeAfterMisses), "leaving": count(leaving), "missingOnce": count(missingOnce),
            "waits": text(waits), "dueAt": time(due), "noCallsUntil": time(callsUntil),
            "error": text(error), "errorAt": time(errorAt), "failures": count(failures), "stalls": count(stalls),
            "held": held.map {
                ["reason": .string($0.reason), "unmarked": count($0.unmarked), "known": count($0.known)]
            } ?? .null,
            "changes": feed.map {
                [
                    "hasPoint": .bool($0.hasPoint), "polledAt": time($0.polledAt), "caughtUpAt": time($0.caughtUpAt),
                    "dueAt": time($0.due), "told": count($0.told), "error": text($0.error), "errorAt": time($0.errorAt),
                    "failures": count($0.failures),
                ]
            } ?? .null,
            "jobs": [
                "active": count(active), "waiting": count(waiting), "newer": count(newer?.count ?? 0),
                "newestVersion": newer.map { .integer($0.version) } ?? .null,
            ],
            "workers": workers.map {
                ["withPlan": count($0.withPlan), "withAnotherPlan": count($0.withAnother), "seenAt": time($0.seen)]
            } ?? .null,
            "streamLength": count(streamLength), "at": time(at),
        ]
    }
}
