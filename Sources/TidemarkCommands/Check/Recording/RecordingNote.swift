internal import Catalog

/// What a check says of the folder that it records to or replays.
enum RecordingNote: Sendable {
    case recorded(folder: String, provider: String, answers: Int)
    case replayed(folder: String, RecordingFolder.Summary)

    /// The name of ``json`` in the report.
    var key: String {
        switch self {
        case .recorded: "recorded"
        case .replayed: "replayed"
        }
    }

    var json: JSON {
        switch self {
        case .recorded(let folder, _, let answers):
            ["folder": .string(folder), "answers": .integer(Int64(answers))]
        case .replayed(let folder, let summary):
            [
                "folder": .string(folder), "recordedAt": .string(summary.recordedAt),
                "pages": .integer(Int64(summary.pages)),
            ]
        }
    }

    /// What is to be known first.
    func lines(width: Int?) -> [String] {
        guard case .replayed(let folder, let summary) = self else { return [] }
        return TextWidth.wrap(
            "Replaying \(folder), recorded \(summary.recordedAt): neither the source nor Redis is reached.",
            to: width ?? .max
        )
    }

    /// What can be done next.
    var lastLine: String? {
        switch self {
        case .replayed: nil
        case .recorded(let folder, _, 0): "Nothing was recorded in \(folder): there was no answer."
        case .recorded(let folder, let provider, let answers):
            "Recorded \(Figures.count(answers, "answer")) in \(folder). "
                + "Try a mapping on them: tidemark check \(provider) --replay \(folder)"
        }
    }
}
