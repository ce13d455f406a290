internal import EntitySources

/// How long each step of reading a page took.
struct StepTimes: Sendable, Equatable {
    /// Building the client and tearing it down: a connection, a program.
    var client: Duration = .zero
    /// The time in which at least one request was under way.
    var requests: Duration = .zero
    /// What the source did besides: building requests, mapping records.
    var mapping: Duration = .zero
    /// Checking and digesting the entities.
    var validation: Duration = .zero

    var total: Duration { client + requests + mapping + validation }

    init() {}

    /// - Parameters:
    ///   - client: what the client took.
    ///   - reading: from the first request's making to the page's being there.
    init(client: Duration, reading: Duration, _ exchanges: [RehearsedExchange], validation: Duration) {
        self.client = client
        requests = Self.covered(by: exchanges.map { $0.began..<max($0.began, $0.ended ?? $0.began) })
        mapping = max(.zero, reading - requests)
        self.validation = validation
    }

    /// Requests that go on side by side take their time once.
    static func covered(by spans: [Range<Duration>]) -> Duration {
        var total = Duration.zero
        var end: Duration?
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let start = max(span.lowerBound, end ?? span.lowerBound)
            total += max(.zero, span.upperBound - start)
            end = max(end ?? span.upperBound, span.upperBound)
        }
        return total
    }
}
