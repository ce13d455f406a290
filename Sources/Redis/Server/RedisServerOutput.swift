internal import Logging
internal import Synchronization

/// What a private server says: passed on to the log, and its last lines kept for the error that may follow.
final class RedisServerOutput: Sendable {
    private static let kept = 12

    private let logger: Logger
    private let lines = Mutex<[String]>([])

    init(_ logger: Logger) {
        self.logger = logger
    }

    func add(_ line: String) {
        logger.debug("redis-server: \(line)")
        lines.withLock { lines in
            lines.append(line)
            lines.removeFirst(max(0, lines.count - Self.kept))
        }
    }

    /// For what nobody is told otherwise.
    func note(_ error: RedisError) {
        logger.notice("\(error)")
    }

    /// For a start that takes its time.
    func waiting(because failure: RedisError) {
        logger.notice("the private Redis does not answer yet, for it may be reading its data: \(failure)")
    }

    var lastLines: String {
        lines.withLock { lines in
            lines.isEmpty ? "It said nothing." : "Its last lines:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
        }
    }
}
