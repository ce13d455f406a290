internal import Catalog
internal import Ingestion

extension ExecSource {
    /// A running program, for one task at a time.
    public final class Client {
        private let name: String
        /// Nil where kept answers take its place.
        private let program: RunningProgram?
        private let describe: (String) -> RequestDescription
        private var pages: PageProtocol

        init(
            name: String,
            program: RunningProgram?,
            describe: @escaping (String) -> RequestDescription,
            maxLineBytes: Int
        ) {
            (self.name, self.program, self.describe) = (name, program, describe)
            pages = PageProtocol(maximumBytes: maxLineBytes)
        }

        /// That the program did not answer; it can be asked nothing more.
        var endedMessage: String? { program?.endedMessage }

        func page(at cursor: JSON?) async throws -> Page {
            let line = JSON.object(["cursor": cursor ?? .null]).description
            return try pages.page(try await answer(to: line), place: "an answer of \(name)")
        }

        private func answer(to line: String) async throws -> [UInt8] {
            guard let rehearsal = Rehearsal.current else { return try await send(line) }
            var sent: [UInt8]?
            let kept = try await rehearsal.answer(to: describe(line)) {
                let answer = try await send(line)
                sent = answer
                return RehearsedAnswer(body: answer)
            }
            return sent ?? kept.body
        }

        private func send(_ line: String) async throws -> [UInt8] {
            guard let program else { throw SourceError(.exited, "\(name) is not running") }
            return try await program.answer(to: line)
        }
    }
}
