internal import Catalog
internal import EntitySources
internal import Synchronization

/// Gives the answers of a recording in the place of its source.
final class Replay: Sendable {
    private struct State {
        var cursor: JSON?
        /// Which were given already.
        var given: Set<Int> = []
    }

    let folder: RecordingFolder
    let summary: RecordingFolder.Summary
    private let answers: [RecordedAnswer]
    private let state = Mutex(State())

    init(_ path: String) throws {
        folder = RecordingFolder(path: path)
        guard let summary = try folder.summary() else {
            throw CommandFailure(
                .notFound,
                "there is no recording",
                at: path,
                mend: "make one: tidemark check NAME --pages 3 --record \(path)"
            )
        }
        self.summary = summary
        answers = try folder.answers()
    }

    /// Refuses a recording of another provider, or of another kind of source.
    func check(_ provider: String, _ source: String) throws {
        guard summary.provider == provider, summary.source == source else {
            let isOther = summary.provider != provider
            throw CommandFailure(
                .refused,
                isOther
                    ? "the recording is of another provider, `\(summary.provider)`"
                    : "the recording is of `\(provider)` when its source was `\(summary.source)`; now it is `\(source)`",
                at: folder.path,
                mend: isOther
                    ? "name that one, or record `\(provider)` in a folder of its own"
                    : "record again: tidemark check \(provider) --record \(folder.path)"
            )
        }
    }

    /// Tells which page is read from now on.
    func turn(to cursor: JSON?) {
        state.withLock { $0.cursor = cursor }
    }

    /// The answer that was given to this request.
    ///
    /// A request may have been sent more than once: each answer is given in turn, those of the same cursor first, and the last
    /// once more.
    func answer(to request: RequestDescription) throws -> RehearsedAnswer {
        let matching = answers.indices.filter { answers[$0].request.key == request.key }
        let index = state.withLock { state -> Int? in
            let ofCursor = matching.filter { answers[$0].cursor == state.cursor }
            let candidates = ofCursor.isEmpty ? matching : ofCursor
            let index = candidates.first { !state.given.contains($0) } ?? candidates.last
            if let index { state.given.insert(index) }
            return index
        }
        guard let index else { throw NotRecorded(request, in: self, among: answers.map(\.request)) }
        var answer = answers[index].answer
        answer.body = try folder.read(answers[index].file)
        answer.size = answer.body.count
        return answer
    }
}
