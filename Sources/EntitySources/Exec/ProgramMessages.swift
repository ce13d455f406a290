internal import Ingestion
internal import Logging
internal import Subprocess
internal import Synchronization

/// What a program writes to its standard error: into the log, line by line, and the last lines for the error that its end is.
final class ProgramMessages: Sendable {
    private static let maximumLineBytes = 2_000
    private static let tailLines = 5

    private let logger: Logger
    private let secrets: Secrets
    private let last = Mutex<[String]>([])

    init(logger: Logger, hiding values: [String]) {
        self.logger = logger
        secrets = Secrets([], hiding: values)
    }

    /// Reads to the end. Of a longer line only the start is kept.
    func read(_ errors: SubprocessOutputSequence) async {
        var line: [UInt8] = []
        do {
            for try await buffer in errors {
                buffer.withUnsafeBytes { bytes in
                    for byte in bytes {
                        if byte == UInt8(ascii: "\n") {
                            note(line)
                            line.removeAll(keepingCapacity: true)
                        } else if line.count < Self.maximumLineBytes {
                            line.append(byte)
                        }
                    }
                }
            }
        } catch {
            // The stream ends with its program, one way or the other.
            logger.trace("standard error ended", metadata: ["error": "\(error)"])
        }
        note(line)
    }

    /// The last lines, for an error message.
    var tail: String {
        let lines = last.withLock { $0 }
        guard !lines.isEmpty else { return "; it wrote nothing to its standard error" }
        return "; its standard error ends: " + lines.joined(separator: " ⏎ ")
    }

    private func note(_ line: [UInt8]) {
        var text = secrets.redacting(String(decoding: line, as: UTF8.self))
        while text.last?.isWhitespace == true { text.removeLast() }
        guard !text.isEmpty else { return }
        logger.info("\(text)", metadata: ["source.stream": "stderr"])
        Rehearsal.current?.hear(text)
        last.withLock { lines in
            lines.append(String(text.prefix(300)))
            if lines.count > Self.tailLines { lines.removeFirst() }
        }
    }
}
