internal import Ingestion

/// Whether a source tells what changes, as a cycle would ask it before it begins.
struct FeedCheck: Sendable {
    var problem: ConfigurationProblem?

    /// Asks for the point from which changes are told. Nil where the provider has none polled.
    init?(_ provider: Provider, _ section: Located<SourceSection>) async {
        guard provider.changes != nil, let feed = provider.source as? any ChangeFeed else { return nil }
        do {
            try await Self.ask(feed, within: provider.pageTimeout)
        } catch {
            problem = section.problem(error)
        }
    }

    private static func ask(_ feed: some ChangeFeed, within limit: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await feed.withClient { client in
                    _ = try await feed.changes(since: nil, using: client)
                }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw SourceError(.timeout, "no answer within \(DurationText.exact(limit)) (pageTimeout)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
