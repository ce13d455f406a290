internal import Catalog
internal import EntitySources
internal import Ingestion

/// What `tidemark check` found of one provider: its first pages, as the engine would take them.
struct ProviderCheck: Sendable {
    var name: String
    /// What was asked first, without secrets.
    var request: String
    var took: Duration = .zero
    var pages: [PageCheck] = []
    /// Nil where no changes are polled, or nothing is reached.
    var feed: FeedCheck?
    /// Where entities that are not valid are mended.
    var rejectionMend: String

    init(_ name: String, _ section: Located<SourceSection>, file: String) {
        self.name = name
        request = section.value.name
        if case .exec(let configuration) = section.value { request = configuration.command.joined(separator: " ") }
        rejectionMend = section.rejectionMend(file: file)
    }

    /// What stopped the reading.
    var problem: ConfigurationProblem? { pages.last?.problem }

    /// Whether nothing is wrong with it.
    var isSound: Bool { !pages.isEmpty && pages.allSatisfy(\.isSound) && feed?.problem == nil }

    /// Reads pages until one cannot be read, the source ends or enough are read. Nothing is written.
    ///
    /// - Parameter turn: is told of each page before it is read.
    mutating func read(
        _ provider: Provider,
        _ section: Located<SourceSection>,
        pages: Int,
        _ rehearsal: Rehearsal,
        turn: (_ page: Int, _ cursor: JSON?) -> Void
    ) async {
        let began = ContinuousClock.now
        var walk = PageWalk(pages: pages)
        while let cursor = walk.next() {
            turn(self.pages.count + 1, cursor)
            var check = PageCheck(number: self.pages.count + 1, cursor: cursor)
            (check.chainsBeside, check.isReplayed) = (walk.chainsLeft, rehearsal.isReplay)
            await Rehearsal.$current.withValue(rehearsal) { await check.read(provider, section, rehearsal) }
            self.pages.append(check)
            guard let page = check.page else { break }
            walk.take(page)
        }
        if let first = self.pages.first?.leadingExchange { request = first.request.summary }
        took = began.duration(to: .now)
        if !rehearsal.isReplay { feed = await FeedCheck(provider, section) }
    }
}

extension PageCheck {
    fileprivate mutating func read(
        _ provider: Provider,
        _ section: Located<SourceSection>,
        _ rehearsal: Rehearsal
    ) async {
        var (client, reading, validation) = (Duration.zero, Duration.zero, Duration.zero)
        do {
            let opened = ContinuousClock.now
            let page: Page
            (page, reading) = try await Self.page(of: provider.source, at: cursor, within: provider.pageTimeout)
            let began = ContinuousClock.now
            client = opened.duration(to: began) - reading
            self.page = try PreparedPage(page, at: cursor, of: provider, events: 0)
            validation = began.duration(to: .now)
        } catch {
            problem = section.problem(error)
        }
        notes = rehearsal.takeNotes()
        times = StepTimes(client: client, reading: reading, notes.exchanges, validation: validation)
    }

    /// With a client of its own for each page: nothing but the cursor may lead from one to the next.
    private static func page(
        of source: some EntitySource,
        at cursor: JSON?,
        within limit: Duration
    ) async throws -> (Page, Duration) {
        try await withThrowingTaskGroup(of: (Page, Duration)?.self) { group in
            group.addTask {
                var read: (Page, Duration)?
                try await source.withClient { client in
                    let began = ContinuousClock.now
                    let page = try await source.page(at: cursor, using: client)
                    read = (page, began.duration(to: .now))
                }
                return read
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw SourceError(.timeout, "no whole page within \(DurationText.exact(limit)) (pageTimeout)")
            }
            defer { group.cancelAll() }
            guard let read = try await group.next() ?? nil else {
                throw SourceError(.exited, "the source gave no page")
            }
            return read
        }
    }
}
