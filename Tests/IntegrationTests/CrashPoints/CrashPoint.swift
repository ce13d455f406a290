import CatalogConsumer
import Ingestion
import Redis
import TestSupport

/// What happens to a process at one of its calls.
struct CrashFault: Sendable, CustomStringConvertible {
    enum End: String, CaseIterable {
        case killed
        /// Stopped until another has taken its lease and ended its work, then let run on.
        case frozen
    }

    let end: End
    let position: CallPosition

    static let all = End.allCases.flatMap { end in
        CallPosition.allCases.map { CrashFault(end: end, position: $0) }
    }

    var description: String {
        "\(end) \(position == .request ? "before the request" : "after it, before the reply")"
    }
}

/// A call of a process at which it dies or freezes.
enum CrashCall: Sendable, Hashable, CustomStringConvertible {
    case script(String)
    /// The first words of a command.
    case command(String)

    var description: String {
        switch self {
        case .script(let name): name
        case .command(let words): words
        }
    }

    /// Whether these first words of a command are this call.
    func matcher(_ scripts: [RedisScript]) -> @Sendable ([String]) -> Bool {
        switch self {
        case .script(let name):
            let digests = Set(scripts.filter { $0.name == name }.map(\.sha1))
            return { $0.count > 1 && $0[0] == "EVALSHA" && digests.contains($0[1]) }
        case .command(let text):
            let words = text.split(separator: " ").map(String.init)
            return { $0.starts(with: words) }
        }
    }
}

extension Scripts {
    /// What only a person's commands and live events call; a worker never does, nor may it.
    static let ofOperators: Set = [
        "approve", "cancel", "discard", "event", "pause", "purge", "resume", "resync", "retry", "start", "trigger",
        "upgrade",
    ]

    static var ofWorkers: [RedisScript] { all.filter { !ofOperators.contains($0.name) } }
}
