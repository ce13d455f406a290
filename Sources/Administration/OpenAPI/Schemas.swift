internal import Catalog
internal import Ingestion

/// The shapes of what is answered, by name.
enum Schemas {
    static let all: [String: JSON] = [
        "Refusal": .shape(["error": .shape(["code": .text, "message": .text])]),
        "EventOutcome": .shape([
            "added": .count, "unchanged": .count, "removed": .count, "duplicate": .flag,
            "rejected": .items(.shape(["entityRef": .textOrNull, "reason": .text])),
        ]),
        "Provider": .shape(provider),
        "ProviderDetail": .shape(
            provider.merging(["deadJobs": .items(.reference("DeadJob"))]) { first, _ in first }
        ),
        "Cycle": .shape([
            "generation": .count, "startedAt": .time, "endedAt": .time, "reason": .text, "pages": .count,
            "outcome": [
                "type": ["string", "null"],
                "enum": .array(CycleRecord.Outcome.allCases.map { .string($0.rawValue) } + [.null]),
            ],
            "marked": .count, "added": .count, "changed": .count, "unchanged": .count, "removed": .count,
            "rejected": .count, "duplicates": .count, "unmodifiedPages": .count,
            "totalsFallen": .count, "knownAtStart": .count,
        ]),
        "Job": .shape([
            "id": .text, "place": .words(ProviderJob.Place.allCases.map(\.rawValue)),
            "kind": .words(["cycle", "page", "sweep"]), "generation": .count, "pages": .count, "attempts": .count,
            "cursor": true, "error": .textOrNull, "dueAt": .timeOrNull,
        ]),
        "DeadJob": .shape([
            "id": .text, "provider": .text, "generation": .count, "cursor": true, "attempts": .count,
            "deliveries": .count, "error": .textOrNull,
        ]),
        "RejectedEntity": .shape([
            "id": .text, "at": .timeOrNull, "generation": .count, "entityRef": .textOrNull, "reason": .text,
            "entity": .text,
        ]),
        "Stream": .shape([
            "length": .count, "firstEntry": .textOrNull, "lastEntry": .textOrNull,
            "groups": .items(
                .shape([
                    "name": .text, "consumers": .count, "pending": .count, "lag": ["type": ["integer", "null"]],
                    "lastDelivered": .text,
                ])
            ),
        ]),
        "Sweep": .shape([
            "provider": .text, "generation": .count, "held": .textOrNull, "unmarked": .count, "missingOnce": .count,
            "known": .count,
            "entityRefs": .items(.text), "next": .textOrNull,
        ]),
        "Worker": .shape([
            "id": .text, "name": .text, "version": .text, "jobVersion": .count, "slots": .count, "since": .time,
            "seenAt": .time,
            "jobs": .items(
                .shape([
                    "id": .text, "provider": .text, "kind": .words(["cycle", "page", "sweep"]), "generation": .count,
                    "since": .time,
                ])
            ),
        ]),
    ].merging(health) { first, _ in first }.merging(backstage) { first, _ in first }

    /// What ``ProviderStatus`` is written as.
    private static let provider: [String: JSON] = [
        "name": .text, "status": .text, "phase": .words(ProviderStatus.Phase.allCases.map(\.rawValue)),
        "pausedSince": .timeOrNull, "throttledSince": .timeOrNull, "generation": .count, "completedCycles": .count,
        "cycle": .shape([
            "pages": .count, "marked": .count, "added": .count, "changed": .count, "unchanged": .count,
            "removed": .count, "rejected": .count, "duplicates": .count, "unmodifiedPages": .count,
            "totalsFallen": .count,
            "outstandingChains": .count, "givenUpChains": .count, "startedAt": .timeOrNull, "endedAt": .timeOrNull,
            "lastPageAt": .timeOrNull,
        ]),
        "completedAt": .timeOrNull, "known": .count, "marked": .count,
        "removeAfterMisses": .count, "leaving": .count, "missingOnce": .count, "waits": .textOrNull,
        "dueAt": .timeOrNull,
        "noCallsUntil": .timeOrNull, "error": .textOrNull, "errorAt": .timeOrNull, "failures": .count,
        "stalls": .count,
        "held": [
            "anyOf": [["type": "null"], .shape(["reason": .text, "unmarked": .count, "known": .count])]
        ],
        "changes": [
            "anyOf": [
                ["type": "null"],
                .shape([
                    "hasPoint": .flag, "polledAt": .timeOrNull, "caughtUpAt": .timeOrNull, "dueAt": .timeOrNull,
                    "told": .count, "error": .textOrNull, "errorAt": .timeOrNull, "failures": .count,
                ]),
            ]
        ],
        "jobs": .shape([
            "active": .count, "waiting": .count, "newer": .count, "newestVersion": ["type": ["integer", "null"]],
        ]),
        "workers": [
            "anyOf": [
                ["type": "null"], .shape(["withPlan": .count, "withAnotherPlan": .count, "seenAt": .timeOrNull]),
            ]
        ],
        "streamLength": .count, "at": .time,
    ]

    private static let health: [String: JSON] = [
        "Liveness": .shape(["status": .words(["live"])]),
        "Readiness": .shape(["status": .words(["ready", "not ready"]), "reason": .textOrNull]),
        "Health": .shape([
            "healthy": .flag, "workers": .count, "reason": .textOrNull,
            "providers": .items(
                .shape([
                    "name": .text, "status": .text, "healthy": .flag,
                    "problems": .items(
                        .shape(["kind": .words(ProviderProblem.Kind.allCases.map(\.rawValue)), "reason": .text])
                    ),
                ])
            ),
        ]),
        "HealthOrRefusal": ["anyOf": [.reference("Health"), .reference("Refusal")]],
    ]

    /// What Backstage's module answers.
    private static let backstage: [String: JSON] = [
        "IncrementalHealth": .shape(
            ["healthy": .flag, "duplicateIngestions": .items(.text), "problems": ["type": "object"]],
            optional: ["duplicateIngestions", "problems"]
        ),
        "IncrementalProviders": .shape(["success": .flag, "providers": .items(.text)]),
        "IncrementalStatus": .shape(
            [
                "success": .flag, "last_error": .textOrNull,
                "status": .shape(
                    ["current_action": .text, "next_action": .text, "next_action_at": .time],
                    optional: ["next_action", "next_action_at"]
                ),
            ],
            optional: ["last_error"]
        ),
        "IncrementalUnknown": .shape(["success": .flag, "status": .shape([:]), "last_error": .text]),
        "IncrementalMessage": .shape(["success": .flag, "message": .text]),
        "IncrementalMarks": .shape(
            [
                "success": .flag, "message": .text,
                "records": .items(
                    .shape([
                        "id": .text, "ingestion_id": .text, "sequence": .count, "cursor": true, "created_at": .time,
                    ])
                ),
            ],
            optional: ["message", "records"]
        ),
        "IncrementalReset": .shape([
            "provider": .text, "ingestionsDeleted": .count, "marksDeleted": .count, "markEntitiesDeleted": .count,
        ]),
        "IncrementalCleanup": .shape([
            "ingestionsDeleted": .count, "ingestionMarksDeleted": .count, "markEntitiesDeleted": .count,
        ]),
        "IncrementalDeletions": .shape([
            "success": .flag, "message": .text,
            "deletions": .shape([
                "deletions": .shape([
                    "markEntitiesDeleted": .count, "marksDeleted": .count, "ingestionsDeleted": .count,
                ])
            ]),
        ]),
    ]
}
