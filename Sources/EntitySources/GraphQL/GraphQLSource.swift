public import Catalog
public import Ingestion
public import Logging

/// Reads a Relay connection of a GraphQL server page by page, with the connections that are nested in it.
public struct GraphQLSource: EntitySource {
    let plan: GraphQLPlan
    private let configuration: Configuration
    private let credentials: Credentials
    let exchange: GraphQLExchange
    private let idle = IdleClients<Client>()
    let logger: Logger
    public let planIdentity: JSON

    /// Checks the configuration, its queries and its jq expressions; nothing is sent.
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

    /// - Parameter now: the time in seconds since 1970, which the server's own `Date` overrides.
    init(
        _ configuration: Configuration,
        fetched: FetchedSecrets = FetchedSecrets(),
        logger: Logger,
        now: @escaping @Sendable () -> Int64
    ) throws(SourceConfigurationError) {
        self.configuration = configuration
        self.logger = logger
        planIdentity = ["graphql": PlanIdentity(ignoring: PlanIdentity.access).json(configuration)]
        let endpoint = configuration.endpoint
        let requests = try RequestPlan(endpoint)
        credentials = try Credentials(endpoint, origin: requests.origin, fetched: fetched, now: now)
        plan = try GraphQLPlan(configuration)
        exchange = GraphQLExchange(
            exchange: HTTPExchange(configuration, credentials: credentials, now: now),
            requests: requests,
            judge: AnswerJudge(credentials: credentials, expiredStatuses: [], now: now),
            graphQL: GraphQLJudge(credentials: credentials, accepted: configuration.acceptedErrors, now: now)
        )
        let client = makeClient()
        try client.prepare(plan, requests.expressions + plan.expressions)
        idle.put(client)
    }

    /// Whether the server's cursors may count positions.
    public var countsPositions: Bool { configuration.cursorsCountPositions }

    /// Lends a client for one burst. Its compiled expressions are used again by a later one: they hold nothing of a source.
    public func withClient(_ burst: (Client) async throws -> Void) async throws {
        let client = idle.take() ?? makeClient()
        defer { idle.put(client) }
        try await burst(client)
    }

    /// Reads the page at `cursor`.
    ///
    /// Where the server cannot give as much as was asked for, the page is empty, and the next cursor is the same place with
    /// half the page size: it is lowered for whoever reads on.
    public func page(at cursor: JSON?, using client: Client) async throws -> Page {
        let cursor = try GraphQLCursor(cursor, plan)
        do {
            switch cursor {
            case .connection(let after, let size): return try await connection(after: after, size, client)
            case .nested(let positions, let size): return try await nested(positions, size, client)
            case .parents(let parents, let size): return try await complete(parents, size, client)
            }
        } catch let tooLarge as GraphQLExchange.TooLarge {
            guard let lowered = cursor.size.lowered, maySize(at: cursor) else { throw tooLarge.error }
            logger.info(
                "page size lowered",
                metadata: ["graphql.first": "\(lowered.current)", "error": "\(tooLarge.error)"]
            )
            return Page(entities: [], next: [cursor.with(lowered).stored])
        }
    }

    private func connection(after: JSON?, _ size: PageSize, _ client: Client) async throws -> Page {
        let variables = try await variables(after: after, client)
        let body = plan.connection.body(variables, after: after, size: size.current)
        let answered = try await exchange.ask(body, hadCursor: after != nil, using: client)
        let connection = try answered.nodes.connection(at: plan.connection.path, after: after)
        var surroundings: JSON?
        if configuration.records != nil {
            surroundings = answered.read.document.setting(plan.connection.items[...], to: [])
        }
        let parts = try await parts(of: connection, answered.nodes, surroundings, client)
        var entities = try await self.entities(of: parts.items, surroundings, answered.answer, client)
        for (name, pairs) in parts.children.sorted(by: { $0.key < $1.key }) {
            entities += try await client.entities(of: pairs, name, answered.answer)
        }
        var next = ForkSlices.cursors(nested: parts.nested, parents: parts.parents, plan)
        if let after = connection.next { next.insert(.connection(after: after, size.next), at: 0) }
        var page = Page(entities: entities, next: next.map(\.stored))
        page.total = connection.total
        return page
    }

    private func parts(
        of connection: RelayConnection,
        _ nodes: GraphQLNodes,
        _ surroundings: JSON?,
        _ client: Client
    ) async throws -> ConnectionPage {
        guard !plan.expressions.isEmpty else {
            return try ConnectionPage(connection, of: nodes, plan, surroundings: surroundings) { _, _ in nil }
        }
        return try await client.evaluating { [plan] evaluate in
            try ConnectionPage(connection, of: nodes, plan, surroundings: surroundings, evaluate)
        }
    }

    /// The entities of what is left of a page, or of a record that is complete now.
    func entities(
        of items: [JSON],
        _ surroundings: JSON?,
        _ answer: HTTPAnswer,
        _ client: Client
    ) async throws -> [JSONText] {
        guard let surroundings else {
            let nodes = plan.connection.hasEdges ? items.map { $0["node"] ?? .null } : items
            return try await client.entities(in: .array(nodes), answer)
        }
        let document = surroundings.setting(plan.connection.items[...], to: .array(items))
        return try await client.entities(in: document, answer)
    }

    private func variables(after: JSON?, _ client: Client) async throws -> [String: JSON] {
        let input: JSON = ["cursor": after ?? .null]
        guard !plan.connection.expressions.isEmpty else { return plan.connection.variables { _ in .null } }
        return try await client.evaluating { [plan] evaluate in
            try plan.connection.variables { try evaluate($0, input) }
        }
    }

    private func makeClient() -> Client {
        Client(plan, of: configuration, credentials)
    }

    private func maySize(at cursor: GraphQLCursor) -> Bool {
        switch cursor {
        case .connection: plan.connection.maySize
        case .nested(let positions, _): plan.mapped[positions[0].name]?.connection.maySize ?? false
        case .parents(let parents, _):
            parents[0].variables.keys.contains { plan.collected[$0]?.connection.maySize ?? false }
        }
    }
}
