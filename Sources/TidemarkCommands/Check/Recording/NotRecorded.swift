internal import EntitySources

/// A request to which a recording has no answer.
struct NotRecorded: Error, CustomStringConvertible {
    private static let mostNamed = 5

    let message: String
    let mend: String

    init(_ request: RequestDescription, in replay: Replay, among recorded: [RequestDescription]) {
        let folder = replay.folder.path
        var named: [String] = []
        for other in recorded.map(Self.name) where !named.contains(other) { named.append(other) }
        var message = "\(folder) has no answer to \(Self.name(request)); it has answers to "
        message += named.isEmpty ? "nothing" : named.prefix(Self.mostNamed).joined(separator: ", ")
        if named.count > Self.mostNamed { message += " and \(named.count - Self.mostNamed) more" }
        self.message = message
        mend =
            "the configuration asks otherwise than when it was recorded: record again with "
            + "`tidemark check \(replay.summary.provider) --pages \(max(1, replay.summary.pages)) --record \(folder)`"
    }

    var description: String { message }

    private static func name(_ request: RequestDescription) -> String {
        guard let body = request.body else { return request.summary }
        return "\(request.summary) with \(TextWidth.fit(body, to: 200))"
    }
}
