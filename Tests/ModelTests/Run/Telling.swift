import Catalog

@testable import Ingestion

/// A part of what a feed tells, as a worker sends it.
struct Telling {
    /// What is said of one record.
    struct Told {
        var record: Int
        /// What it makes now.
        var items: [Item]
        /// Whether that is all that it makes.
        var isWhole = true

        var code: String { "Told(record: \(record), items: \(Item.code(items))\(isWhole ? "" : ", isWhole: false"))" }
    }

    var told: [Told] = []
    /// Numbers of entities that are not valid.
    var rejected: [Int] = []
    /// Whether it is the last part.
    var hasCursor = false
    /// Whether a page was committed after the worker had looked what the records made before.
    var isOutdated = false
    /// Added to the number of the part: -1 repeats the last.
    var ahead: Int64 = 0
    /// How many removals the answer has in parts that follow; below 0, the records had fewer refs when they were counted.
    var more = 0
    /// `rejectRemovalsAbovePercentage`.
    var above = 100.0

    /// Without what is as it is by default.
    var code: String {
        var arguments: [String] = []
        if !told.isEmpty { arguments.append("told: [\(told.map(\.code).joined(separator: ", "))]") }
        if !rejected.isEmpty { arguments.append("rejected: \(rejected)") }
        if hasCursor { arguments.append("hasCursor: true") }
        if isOutdated { arguments.append("isOutdated: true") }
        if ahead != 0 { arguments.append("ahead: \(ahead)") }
        if more != 0 { arguments.append("more: \(more)") }
        if above != 100 { arguments.append("above: \(above)") }
        return "Telling(\(arguments.joined(separator: ", ")))"
    }

    /// The part, with what each record is known to have made.
    func part(cursor: String, _ kept: (String) -> String) -> ChangePart {
        var part = ChangePart()
        let added = Set(told.flatMap { $0.items.map { Bodies.entity($0).ref } })
        for told in told {
            let id = Bodies.record(told.record)
            let refs = kept(id)
            for item in told.items {
                part.event.added.append(Bodies.entity(item))
                part.makers.append(id)
            }
            if told.isWhole {
                let record = PreparedChanges.Record(id: id)
                part.event.removed += ChangePart.removals(of: record, refs, but: added)
            }
            part.records.append(
                ChangePart.Record(id: id, kept: isOutdated ? refs + " other" : refs, isOver: told.isWhole)
            )
        }
        part.event.rejected = rejected.compactMap(Bodies.rejected)
        part.removalsLeft = max(0, part.event.removed.count + more)
        part.cursor = hasCursor ? Array(cursor.utf8) : nil
        return part
    }
}

extension Step {
    /// Whether the feed was asked for the point as the cycle begins, and what came of it.
    enum Point: String {
        case none, told, failed

        func point(_ cursor: String) -> FeedPoint? {
            switch self {
            case .none: nil
            case .told: FeedPoint(cursor: Array(cursor.utf8))
            case .failed: FeedPoint(error: "no point")
            }
        }
    }

    /// How a turn ends.
    enum Ending: String {
        case told, caught, held, failed, expired, obstructed, answers, released

        var outcome: PollOutcome {
            switch self {
            case .told: .told(hasMore: true)
            case .caught: .told(hasMore: false)
            case .held: .held([Bodies.ref(0), Bodies.ref(1)])
            case .failed: .failed("no answer")
            case .expired: .expired("too old")
            case .obstructed: .obstructed("not now")
            case .answers: .answers
            case .released: .released
            }
        }
    }
}
