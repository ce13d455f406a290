public import Catalog
public import Ingestion
public import Logging
internal import NIOHTTP1

/// Reads pages of records over HTTP and maps them to entities with jq.
public struct HTTPSource: EntitySource {
    private let plan: SourcePlan
    private let credentials: Credentials
    private let exchange: HTTPExchange
    private let judge: PageJudge
    private let details: DetailCalls
    private let idle = IdleClients<Client>()
    private let makeClient: @Sendable (PagePlan) -> PageClient
    private let logger: Logger
    public let planIdentity: JSON

    /// Checks the configuration and its jq expressions; nothing is sent.
    ///
    /// - Parameter fetched: is told of every access token that the source fetches; give the same to the provider's
    ///   ``Ingestion/Provider/secrets``.
    /// - Throws: what is wrong, with the configuration's field.
    public init(
        _ configuration: Configuration,
        fetched: FetchedSecrets = FetchedSecrets(),
        logger: Logger
    ) throws(SourceConfigurationError) {
        try self.init(configuration, fetched: fetched, logger: logger, now: { WallClock.secondsSince1970 })
    }

    /// - Parameter now: the time in seconds since 1970, which the source's own `Date` overrides.
    init(
        _ configuration: Configuration,
        fetched: FetchedSecrets = FetchedSecrets(),
        logger: Logger,
        now: @escaping @Sendable () -> Int64
    ) throws(SourceConfigurationError) {
        self.logger = logger
        planIdentity = ["http": PlanIdentity(ignoring: PlanIdentity.access).json(configuration)]
        let first = try RequestPlan(configuration)
        let credentials = try Credentials(configuration, origin: first.origin, fetched: fetched, now: now)
        self.credentials = credentials
        plan = try SourcePlan(configuration, first: first, credentials)
        exchange = HTTPExchange(configuration, credentials: credentials, now: now)
        let statuses = Set(configuration.expired.statuses)
        judge = PageJudge(
            status: AnswerJudge(credentials: credentials, expiredStatuses: statuses, now: now),
            graphQL: GraphQLJudge(credentials: credentials, accepted: [], now: now)
        )
        details = DetailCalls(
            exchange: exchange,
            judge: judge,
            credentials: credentials,
            maximumBytes: configuration.mappingLimits.bytes
        )
        makeClient = { PageClient($0, of: configuration, credentials) }
        let client = Client(makeClient)
        for (path, chain) in plan.chains {
            try client.chain(path, chain).prepare(chain.expressions)
            for detail in chain.details { try client.detail(detail).prepare(detail.expressions) }
        }
        idle.put(client)
    }

    /// Lends a client for one burst. Its compiled expressions are used again by a later one: they hold nothing of a source.
    public func withClient(_ burst: (Client) async throws -> Void) async throws {
        let client = idle.take() ?? Client(makeClient)
        defer { idle.put(client) }
        try await burst(client)
    }

    /// Whether some of its pages are asked for conditionally.
    public var tellsUnchanged: Bool { plan.chains.values.contains { $0.shape != nil } }

    /// Whether some of its chains go by page numbers or offsets. Of the other ways to find a next page nobody can tell: the URL in a
    /// `Link` header may have an offset in it.
    public var countsPositions: Bool { plan.chains.values.contains { $0.pagination.countsPositions } }

    /// Reads the page at `cursor`.
    public func page(at cursor: JSON?, using client: Client) async throws -> Page {
        if let page = forks(at: cursor) { return page }
        let question = try await question(at: cursor, using: client)
        return try await page(try await exchange.send(question.request), to: question, using: client)
    }

    /// Reads the page at `cursor` unless the source answers 304.
    public func page(at cursor: JSON?, unless validator: JSON, using client: Client) async throws -> Page? {
        if let page = forks(at: cursor) { return page }
        let question = try await question(at: cursor, using: client)
        if let validator = PageValidator(validator, for: question.request, of: question.chain) {
            let answer = try await exchange.send(validator.asking(question.request))
            guard answer.status == .notModified else { return try await page(answer, to: question, using: client) }
            if try validator.isConfirmed(by: answer, link: try question.chain.next.link(of: answer)) { return nil }
            logger.debug(
                "the source answers 304 for another page than it was asked about, which is read",
                metadata: ["http.request": "\(question.request.name)"]
            )
        }
        return try await page(try await exchange.send(question.request), to: question, using: client)
    }

    /// A request, and what leads to it.
    private struct Question {
        let cursor: HTTPCursor
        let chain: SourcePlan.Chain
        let request: PreparedRequest
    }

    private func question(at cursor: JSON?, using client: Client) async throws -> Question {
        let cursor = try HTTPCursor(cursor, of: plan)
        guard let chain = plan.chains[cursor.path] else { throw HTTPCursor.isOfAnother }
        let request = try await request(for: cursor, of: chain, using: client.chain(cursor.path, chain))
        return Question(cursor: cursor, chain: chain, request: request)
    }

    /// The page of a cursor that stands for others: nothing is asked for it.
    private func forks(at cursor: JSON?) -> Page? {
        guard plan.isMapped else { return nil }
        if let forks = Forks.page(at: cursor) { return forks }
        guard cursor == nil, !plan.starts.isEmpty else { return nil }
        return Page(entities: [], next: Forks.cursors(plan.starts.compactMap(\.stored)))
    }

    private func page(_ answer: HTTPAnswer, to question: Question, using client: Client) async throws -> Page {
        let (cursor, chain) = (question.cursor, question.chain)
        logger.trace(
            "answer",
            metadata: ["http.request": "\(question.request.name)", "http.status": "\(answer.status.code)"]
        )
        if chain.absent.contain(answer, judge.status) {
            logger.debug(
                "the chain has no records, or no more",
                metadata: ["http.request": "\(question.request.name)", "http.status": "\(answer.status.code)"]
            )
            return Page(entities: [])
        }
        let hadCursor = cursor.place != .start
        let pages = client.chain(cursor.path, chain)
        if hadCursor, chain.pages.expired != nil, try await pages.isExpired(answer) {
            throw SourceError(
                .cursorExpired,
                "\(answer.requestName): the answer says that the cursor has expired (`expired.when`)"
            )
        }
        if let error = judge.error(for: answer, hadCursor: hadCursor, isQuery: chain.isQuery) { throw error }
        guard plan.isMapped else { return try pages.protocolPage(answer) }
        return try await mappedPage(answer, to: question, using: client)
    }

    private func mappedPage(_ answer: HTTPAnswer, to question: Question, using client: Client) async throws -> Page {
        let (cursor, chain) = (question.cursor, question.chain)
        let pages = client.chain(cursor.path, chain)
        var read = try await pages.read(answer, request: cursor.change?.json ?? [:], parent: cursor.parent)
        if !read.records.isEmpty {
            read.records = try await details.adding(chain.details, to: read.records, of: cursor.parent) {
                client.detail($0)
            }
            read = try await pages.map(read, parent: cursor.parent)
        }
        let next = try chain.next.cursors(after: cursor, answer, read)
        var seen: Set<HTTPCursor> = []
        let each = read.each.map { HTTPCursor(path: cursor.path(of: $0.name), parent: $0.parent) }
        var page = Page(
            entities: read.entities,
            next: Forks.cursors((next + each.filter { seen.insert($0).inserted }).compactMap(\.stored))
        )
        page.total = try chain.next.total(read)
        let link = try chain.shape == nil ? nil : chain.next.link(of: answer)
        page.validator = PageValidator(of: answer, to: question.request, of: chain, read, link: link)?.stored
        return page
    }

    private func request(
        for cursor: HTTPCursor,
        of chain: SourcePlan.Chain,
        using pages: PageClient
    ) async throws -> PreparedRequest {
        let plan = chain.request
        guard !plan.expressions.isEmpty else {
            return try plan.request(for: cursor.place, from: cursor.start) { _, _ in nil }
        }
        let request = try await pages.evaluating(parent: cursor.parent) { evaluate in
            try plan.request(for: cursor.place, from: cursor.start, evaluate)
        }
        try credentials.check(request.url, "`\(plan.field)`")
        return request
    }
}

extension HTTPCursor {
    /// What the request at it has otherwise than the configured one.
    fileprivate var change: RequestChange? {
        if case .request(let change) = place { change } else { start }
    }

    /// The names that lead to a chain below this one's.
    fileprivate func path(of name: String) -> String {
        path.isEmpty ? name : "\(path)/\(name)"
    }
}
