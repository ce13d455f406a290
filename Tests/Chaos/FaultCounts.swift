internal import Synchronization

/// What was done, by kind.
enum Fault: String, Sendable, CaseIterable {
    case workerKilled = "worker killed"
    case workerFrozen = "worker frozen past its lease"
    case workerRestarted = "worker restarted"
    case consumerKilled = "consumer killed"
    case consumerFrozen = "consumer frozen past its lease"
    case consumerRestarted = "consumer restarted"
    case connectionsCut = "connections cut"
    case replyLost = "connection cut after the request, before the reply"
    case halfOpen = "connections half-open"
    case slow = "connections slow"
    case refused = "connections refused"
    case redisKilled = "Redis killed"
    case redisRestarted = "Redis restarted"
    case streamDeleted = "delta stream deleted"
    case redisEmptied = "Redis emptied (FLUSHALL)"
    case redisRestored = "Redis restored from a backup"
    case catalogRestored = "catalog restored from a backup"
    case tooManyRequests = "source: 429 with Retry-After"
    case serverError = "source: 500"
    case truncated = "source: truncated JSON"
    case hang = "source: hangs"
    case repeatedCursor = "source: repeated cursor"
    case expiredCursor = "source: cursor expired"
    case sourceCut = "source: connection cut"
    case configurationChanged = "page size changed, worker by worker"
    case configurationRolledBack = "page size changed for some workers, and back"
    case operatorCommand = "operator's command"

    /// How often it is chosen, next to the others.
    var weight: Int {
        switch self {
        case .redisKilled, .redisRestarted, .halfOpen, .expiredCursor, .configurationChanged, .configurationRolledBack,
            .streamDeleted, .redisEmptied, .redisRestored, .catalogRestored:
            1
        case .operatorCommand: 0
        case .workerKilled, .workerFrozen, .replyLost: 4
        default: 2
        }
    }

    /// By weight.
    static func random(using generator: inout SeededGenerator) -> Fault {
        let bag = allCases.flatMap { Array(repeating: $0, count: $0.weight) }
        return bag[Int.random(in: 0..<bag.count, using: &generator)]
    }
}

final class FaultCounts: Sendable {
    private let counts = Mutex<[Fault: Int]>([:])
    private let ended = Atomic(false)
    private let lost = Atomic(0)

    func add(_ fault: Fault) { counts.withLock { $0[fault, default: 0] += 1 } }

    /// From now on there are no more.
    func end() { ended.store(true, ordering: .relaxed) }

    var areOver: Bool { ended.load(ordering: .relaxed) }

    /// Something is deleted, or comes back from a backup.
    func lose() { lost.add(1, ordering: .relaxed) }

    /// How often that was, or is about to be.
    var losses: Int { lost.load(ordering: .relaxed) }

    var byKind: [Fault: Int] { counts.withLock { $0 } }
    var total: Int { byKind.values.reduce(0, +) }
}
