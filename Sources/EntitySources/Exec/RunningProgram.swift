internal import Ingestion
internal import Subprocess

/// A program that reads a line and answers it with a line, for one task at a time.
final class RunningProgram {
    private let name: String
    private let input: StandardInputWriter
    private var lines: LineReader
    private var isAnswering = false
    /// That the program did not answer; it can be asked nothing more.
    private(set) var endedMessage: String?

    init(name: String, input: StandardInputWriter, output: SubprocessOutputSequence, maxLineBytes: Int) {
        self.name = name
        self.input = input
        lines = LineReader(output, maximumBytes: maxLineBytes)
    }

    /// Sends a line, and reads the one that answers it.
    func answer(to line: String) async throws -> [UInt8] {
        guard !isAnswering, !lines.hasMore else {
            throw SourceError(
                .exited,
                "\(name) wrote more than one line for one cursor, or was asked while it answered"
            )
        }
        isAnswering = true
        do {
            _ = try await input.write(Array((line + "\n").utf8))
        } catch {
            try Task.checkCancellation()
            throw ended("\(name) no longer reads its input", error)
        }
        let answer: [UInt8]?
        do {
            answer = try await lines.next()
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ended("the output of \(name) cannot be read", error)
        } catch let error as LineReader.TooLong {
            throw SourceError(
                .limitExceeded,
                "\(name) wrote a line longer than \(error.limit) bytes (maxLineBytes); let it give smaller pages"
            )
        }
        try Task.checkCancellation()
        guard let answer else { throw ended("\(name) ended before it answered", nil) }
        isAnswering = false
        return answer
    }

    private func ended(_ message: String, _ error: (any Error)?) -> SourceError {
        endedMessage = message
        return SourceError(.exited, message, underlying: error)
    }
}
