internal import Catalog
internal import Ingestion
internal import Subprocess

extension ExecSource {
    /// A running program, for one task at a time.
    public final class Client {
        private let program: String
        private let input: StandardInputWriter
        private var lines: LineReader
        private var pages: PageProtocol
        /// True after the program did not answer: it can be asked nothing more.
        private(set) var hasEnded = false
        private(set) var endedMessage = ""
        private var isAnswering = false

        init(
            program: String,
            input: StandardInputWriter,
            output: SubprocessOutputSequence,
            maxLineBytes: Int
        ) {
            self.program = program
            self.input = input
            lines = LineReader(output, maximumBytes: maxLineBytes)
            pages = PageProtocol(maximumBytes: maxLineBytes)
        }

        /// `{"cursor": …}`, as it is sent.
        static func line(for cursor: JSON?) -> String {
            JSON.object(["cursor": cursor ?? .null]).description
        }

        func page(at cursor: JSON?) async throws -> Page {
            guard !isAnswering, !lines.hasMore else {
                throw SourceError(
                    .exited,
                    "\(program) wrote more than one line for one cursor, or was asked while it answered"
                )
            }
            isAnswering = true
            let line = try await answer(to: Self.line(for: cursor) + "\n")
            isAnswering = false
            return try pages.page(line, place: "an answer of \(program)")
        }

        private func answer(to line: String) async throws -> [UInt8] {
            do {
                _ = try await input.write(Array(line.utf8))
            } catch {
                try Task.checkCancellation()
                throw ended("\(program) no longer reads its input", error)
            }
            let answer: [UInt8]?
            do {
                answer = try await lines.next()
            } catch let error as SubprocessError {
                try Task.checkCancellation()
                throw ended("the output of \(program) cannot be read", error)
            } catch let error as LineReader.TooLong {
                throw SourceError(
                    .limitExceeded,
                    "\(program) wrote a line longer than \(error.limit) bytes (maxLineBytes); let it give smaller pages"
                )
            }
            try Task.checkCancellation()
            guard let answer else { throw ended("\(program) ended before it answered", nil) }
            return answer
        }

        private func ended(_ message: String, _ error: (any Error)?) -> SourceError {
            hasEnded = true
            endedMessage = message
            return SourceError(.exited, message, underlying: error)
        }
    }
}
