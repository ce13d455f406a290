internal import Catalog
internal import EntitySources
internal import Ingestion

/// What `tidemark check` found of one provider: its first page, as the engine would take it.
struct ProviderCheck: Sendable {
    var name: String
    /// What was asked, without secrets.
    var request: String
    var took: Duration
    var page: PreparedPage?
    var problem: ConfigurationProblem?
    /// Where entities that are not valid are mended.
    var rejectionMend: String?

    /// Reads the first page. Nothing is written.
    static func read(_ provider: Provider, _ section: Located<SourceSection>, file: String) async -> ProviderCheck {
        let began = ContinuousClock.now
        var check = ProviderCheck(name: provider.name, request: section.value.name, took: .zero)
        let rehearsal = Rehearsal()
        do {
            let page = try await Rehearsal.$current.withValue(rehearsal) {
                try await firstPage(of: provider.source, within: provider.pageTimeout)
            }
            check.page = try PreparedPage(page, at: nil, of: provider, events: 0)
        } catch {
            check.problem = section.problem(error)
        }
        if let request = rehearsal.takeNotes().exchanges.first?.request {
            check.request = request.summary
        } else if case .exec(let configuration) = section.value {
            check.request = configuration.command.joined(separator: " ")
        }
        check.rejectionMend = section.rejectionMend(file: file)
        check.took = began.duration(to: .now)
        return check
    }

    private static func firstPage(of source: some EntitySource, within limit: Duration) async throws -> Page {
        try await withThrowingTaskGroup(of: Page?.self) { group in
            group.addTask {
                var page: Page?
                try await source.withClient { client in page = try await source.page(at: nil, using: client) }
                return page
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw SourceError(.timeout, "no whole page within \(DurationText.exact(limit)) (pageTimeout)")
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap { $0 } ?? Page(entities: [])
        }
    }
}
