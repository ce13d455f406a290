internal import Synchronization

/// What `tidemark check` does with the reads of a source: it is told of every request and its answer, and can answer in the
/// source's place.
///
/// A source asks for ``current`` before it sends anything. Outside of `check` there is none, and nothing may depend on
/// one: what a source reads is the same with it.
package final class Rehearsal: Sendable {
    /// The rehearsal of the task; nil when the source is read in earnest.
    @TaskLocal package static var current: Rehearsal?

    /// Where answers come from.
    package enum Answers: Sendable {
        /// From the source.
        case source
        /// From the source, and each is kept.
        case kept(by: @Sendable (RequestDescription, RehearsedAnswer) throws -> Void)
        /// From what was kept: nothing is sent.
        case replayed(from: @Sendable (RequestDescription) throws -> RehearsedAnswer)
    }

    /// What was noted since it was last taken.
    package struct Notes: Sendable {
        /// In the order in which they began.
        package var exchanges: [RehearsedExchange] = []
        /// How many records were met; nil where the source does not tell of them.
        package var recordCount: Int?
        /// The first of them, each the text of a JSON value.
        package var records: [[UInt8]] = []
        /// What the source's program wrote to its standard error.
        package var messages: [String] = []

        package init() {}
    }

    private struct State {
        var notes = Notes()
        /// How many exchanges were noted before those.
        var taken = 0
    }

    private let answers: Answers
    private let mostRecords: Int
    private let hiding: @Sendable ([UInt8]) -> [UInt8]
    private let state = Mutex(State())
    private let began = ContinuousClock.now

    /// - Parameters:
    ///   - records: how many records of a page are kept, at most.
    ///   - hiding: takes secrets out of what a source is asked, and of what it gives.
    package init(
        _ answers: Answers = .source,
        records: Int = 0,
        hiding: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) {
        (self.answers, self.hiding) = (answers, hiding)
        mostRecords = records
    }

    /// Whether the source must not be reached, nor asked for credentials.
    package var isReplay: Bool {
        if case .replayed = answers { true } else { false }
    }

    /// Sends a request by calling `send`, or gives the kept answer to it.
    ///
    /// - Parameters:
    ///   - request: it, and the answer, may hold secrets that only the configuration tells of.
    ///   - send: sends it.
    package func answer(
        to request: RequestDescription,
        _ send: () async throws -> RehearsedAnswer
    ) async throws -> RehearsedAnswer {
        let began = elapsed
        let request = request.hiding(hiding)
        let number = state.withLock { state in
            state.notes.exchanges.append(RehearsedExchange(request: request, began: began))
            return state.taken + state.notes.exchanges.count - 1
        }
        do {
            let answer = try await self.answer(request, send)
            finish(number) { $0.answer = answer }
            return answer
        } catch {
            finish(number) { $0.failure = error is CancellationError ? "no whole answer in time" : "\(error)" }
            throw error
        }
    }

    /// Tells of one record of a page.
    package func meet(record text: @autoclosure () -> [UInt8]) {
        let isShown = state.withLock { state in
            state.notes.recordCount = (state.notes.recordCount ?? 0) + 1
            return state.notes.records.count < mostRecords
        }
        guard isShown else { return }
        let text = hiding(text())
        state.withLock { $0.notes.records.append(text) }
    }

    /// Tells that the source will tell of its records: that it meets none is known, then.
    package func meetRecords() {
        state.withLock { $0.notes.recordCount = $0.notes.recordCount ?? 0 }
    }

    /// Tells what a program wrote to its standard error.
    package func hear(_ message: String) {
        state.withLock { $0.notes.messages.append(message) }
    }

    /// What was noted since the last time; exchanges that go on are lost.
    package func takeNotes() -> Notes {
        state.withLock { state in
            state.taken += state.notes.exchanges.count
            defer { state.notes = Notes() }
            return state.notes
        }
    }

    private func answer(
        _ request: RequestDescription,
        _ send: () async throws -> RehearsedAnswer
    ) async throws -> RehearsedAnswer {
        switch answers {
        case .source: return hidden(try await send(), request)
        case .kept(let keep):
            let answer = hidden(try await send(), request)
            if !request.isForCredentials { try keep(request, answer) }
            return answer
        case .replayed(let replay): return try replay(request)
        }
    }

    private func hidden(_ answer: RehearsedAnswer, _ request: RequestDescription) -> RehearsedAnswer {
        answer.hiding(hiding, isSecret: request.isForCredentials)
    }

    private func finish(_ number: Int, _ change: (inout RehearsedExchange) -> Void) {
        let ended = elapsed
        state.withLock { state in
            let index = number - state.taken
            guard state.notes.exchanges.indices.contains(index) else { return }
            state.notes.exchanges[index].ended = ended
            change(&state.notes.exchanges[index])
        }
    }

    private var elapsed: Duration { began.duration(to: .now) }
}
