internal import Catalog
internal import Ingestion

extension WorkerRecord {
    /// Everything, under stable names.
    var json: JSON {
        [
            "id": .string(id), "name": .string(name), "version": .string(version),
            "jobVersion": .integer(jobVersion), "slots": .integer(Int64(slots)),
            "since": .string(Timestamp.text(milliseconds: since)),
            "seenAt": .string(Timestamp.text(milliseconds: seen)),
            "jobs": .array(
                activities.map { activity in
                    [
                        "id": .string(activity.job), "provider": .string(activity.provider),
                        "kind": .string(activity.kind.rawValue), "generation": .integer(activity.generation),
                        "since": .string(Timestamp.text(milliseconds: activity.since)),
                    ]
                }
            ),
        ]
    }
}
