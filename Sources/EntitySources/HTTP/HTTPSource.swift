public import Catalog
public import Ingestion
public import Logging
internal import NIOHTTP1

/// Reads pages of records over HTTP and maps them to entities with jq.
public struct HTTPSource: EntitySource {
    private let plan: RequestPlan
    private let configuration: Configuration
    private let credentials: Credentials
    private let exchange: HTTPExchange
    private let judge: AnswerJudge
    /// For answers to GraphQL queries.
    private let graphQL: GraphQLJudge?
    private let nextPages: NextPages
    private let pagePlan: PagePlan
    private let idle = IdleClients<Client>()
    private let logger: Logger

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
        self.configuration = configuration
        self.logger = logger
        plan = try RequestPlan(configuration)
        credentials = try Credentials(configuration, origin: plan.origin, fetched: fetched, now: now)
        pagePlan = try PagePlan(configuration)
        exchange = HTTPExchange(
            credentials: credentials,
            timeout: configuration.requestTimeout,
            maxResponseBytes: configuration.maxResponseBytes,
            allowPrivateAddresses: configuration.allowPrivateAddresses
        )
        let statuses = Set(configuration.expired.statuses)
        judge = AnswerJudge(credentials: credentials, expiredStatuses: statuses, now: now)
        graphQL =
            GraphQLJudge.isQuery(configuration.body)
            ? GraphQLJudge(credentials: credentials, accepted: [], now: now) : nil
        nextPages = NextPages(configuration.chain, credentials: credentials)
        let client = makeClient()
        try client.prepare(plan.expressions + pagePlan.expressions)
        idle.put(client)
    }

    /// Lends a client for one burst. Its compiled expressions are used again by a later one: they hold nothing of a source.
    public func withClient(_ burst: (Client) async throws -> Void) async throws {
        let client = idle.take() ?? makeClient()
        defer { idle.put(client) }
        try await burst(client)
    }

    /// Reads the page at `cursor`.
    public func page(at cursor: JSON?, using client: Client) async throws -> Page {
        let cursor = try HTTPCursor(
            cursor,
            pagination: configuration.pagination,
            isMapped: configuration.chain.isMapped
        )
        let request = try await request(for: cursor, using: client)
        let answer = try await exchange.send(request)
        logger.trace("answer", metadata: ["http.request": "\(request.name)", "http.status": "\(answer.status.code)"])
        let hadCursor = cursor.place != .start
        if hadCursor, pagePlan.expired != nil, try await client.isExpired(answer) {
            throw SourceError(
                .cursorExpired,
                "\(answer.requestName): the answer says that the cursor has expired (`expired.when`)"
            )
        }
        if let error = judge.error(for: answer, hadCursor: hadCursor) { throw error }
        if let error = graphQL?.error(in: answer, hadCursor: hadCursor) { throw error }
        guard configuration.chain.isMapped else { return try client.protocolPage(answer) }

        var change: JSON = [:]
        if case .request(let named) = cursor.place { change = named.json }
        let page = try await client.read(answer, request: change)
        let next = try nextPages.cursors(after: cursor, answer, page)
        return Page(entities: page.entities, next: next.compactMap(\.stored))
    }

    private func request(for cursor: HTTPCursor, using client: Client) async throws -> PreparedRequest {
        guard !plan.expressions.isEmpty else {
            return try plan.request(for: cursor.place) { _, _ in nil }
        }
        return try await client.evaluating { [plan] evaluate in try plan.request(for: cursor.place, evaluate) }
    }

    private func makeClient() -> Client {
        Client(
            reader: PageReader(pagePlan, credentials: credentials, maximumBytes: configuration.maxResponseBytes),
            limits: configuration.mappingLimits,
            maximumBytes: configuration.maxResponseBytes
        )
    }
}
