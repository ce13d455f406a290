internal import Catalog
internal import Ingestion

/// `tidemark check`: the file, Redis, and each source's first pages.
struct CheckReport: Sendable {
    var file: String
    var warnings: [ConfigurationProblem]
    /// Nil where it is not reached.
    var redis: RedisCheck?
    var providers: [ProviderCheck] = []
    /// How many entities and records of a page are shown.
    var shown: Int
    /// Whether each page is shown with its requests, records and times.
    var isDetailed = false
    /// What was recorded, or replayed.
    var recording: RecordingNote?
    /// Takes secrets out of what a source gave.
    var redactor: Redactor

    /// The worst of what was found.
    var status: ExitStatus {
        if let failure = redis?.failure { return failure.status }
        return providers.allSatisfy(\.isSound) ? .success : .failure
    }
}

extension CheckReport: Displayable {
    func lines(width: Int?, style: Style) -> [String] {
        var lines = [style(file, .strong) + ": \(Figures.count(providers.count, "provider")), no error"]
        lines += warnings.map { style("warning: ", .warning) + $0.text(file: file) }
        if let redis { lines += redis.lines(width: width, style: style) }
        if let recording { lines += recording.lines(width: width) }
        for check in providers {
            lines.append("")
            if isDetailed {
                lines += check.detail(shown: shown, file: file, width: width, style: style)
            } else {
                lines += check.overview(shown: shown, file: file, width: width, style: style)
            }
        }
        if let last = recording?.lastLine { lines += ["", last] }
        return lines.map(redactor.redact)
    }

    var json: JSON {
        var json: JSON = [
            "file": .string(file), "warnings": .array(warnings.map { .string($0.text(file: file)) }),
            "providers": .array(
                providers.map { $0.json(shown: shown, isDetailed: isDetailed, file: file, redactor.redact) }
            ),
            "ok": .bool(status == .success),
        ]
        if let redis { json["redis"] = redis.json }
        if let recording { json[recording.key] = recording.json }
        return json
    }
}

extension RedisCheck {
    fileprivate func lines(width: Int?, style: Style) -> [String] {
        var lines = [style("Redis", .strong) + ": " + (version.map { "\($0) at " } ?? "") + address]
        lines += warnings.flatMap { TextWidth.wrap("warning: \($0)", to: (width ?? .max) - 2) }
            .map { "  " + style($0, .warning) }
        if let failure { lines += failure.lines(style).map { "  " + $0 } }
        return lines
    }
}
