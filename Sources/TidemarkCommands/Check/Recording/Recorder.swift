internal import Administration
internal import Catalog
internal import EntitySources
internal import Synchronization

/// Keeps the answers of a check in a folder.
final class Recorder: Sendable {
    private struct State {
        var summary: RecordingFolder.Summary
        var cursor: JSON?
        var answers = 0
    }

    let folder: RecordingFolder
    private let state: Mutex<State>

    /// Makes the folder. An earlier recording in it is replaced with the first answer, if it is of the same provider.
    init(_ path: String, provider: String, source: String) throws {
        folder = RecordingFolder(path: path)
        if let earlier = try folder.summary(), earlier.provider != provider {
            throw CommandFailure(
                .refused,
                "the folder has the recording of another provider, `\(earlier.provider)`",
                at: path,
                mend: "name another one, or remove it"
            )
        }
        try folder.create()
        state = Mutex(
            State(
                summary: RecordingFolder.Summary(
                    provider: provider,
                    source: source,
                    recordedAt: Timestamp.text(milliseconds: Timestamp.now())
                )
            )
        )
    }

    /// How many answers were kept.
    var answers: Int { state.withLock { $0.answers } }

    /// Tells which page is read from now on.
    func turn(to page: Int, _ cursor: JSON?) {
        state.withLock { state in
            state.summary.pages = page
            state.cursor = cursor
        }
    }

    func keep(_ request: RequestDescription, _ answer: RehearsedAnswer) throws {
        try state.withLock { state in
            if state.answers == 0 { try folder.clear() }
            state.answers += 1
            let digits = String(state.answers)
            let number = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            let recorded = RecordedAnswer(
                page: state.summary.pages,
                cursor: state.cursor,
                request: request,
                file: "\(number)-answer.\(RecordedAnswer.suffix(of: answer))",
                answer: answer
            )
            try folder.write(answer.body, to: recorded.file)
            try folder.write(Array((PrettyJSON.text(recorded.json) + "\n").utf8), to: "\(number)-request.json")
            try folder.write(state.summary)
        }
    }
}
