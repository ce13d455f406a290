public import Catalog
internal import Glibc
public import Ingestion
public import Logging
internal import Synchronization

/// Reads the people and groups of an LDAP directory, and maps them to entities with jq.
///
/// A cycle begins with a page without entities, which forks into ranges of an immutable key. Each is read with paged results inside
/// one burst; nothing of a connection goes into a cursor.
public struct LDAPSource: EntitySource {
    let plan: LDAPPlan
    private let configuration: Configuration
    private let idle = IdleMappers()
    private let logger: Logger
    public let planIdentity: JSON

    /// Checks the configuration and its jq expressions; nothing is sent.
    ///
    /// - Throws: what is wrong, with the configuration's field.
    public init(_ configuration: Configuration, logger: Logger) throws(SourceConfigurationError) {
        self.configuration = configuration
        self.logger = logger
        planIdentity = ["ldap": PlanIdentity(ignoring: Self.access).json(configuration)]
        plan = try LDAPPlan(configuration)
        let mapper = makeMapper()
        try mapper.prepare(plan.searches.map(\.entity))
        idle.put(mapper)
        // A server that closes its end must not end the worker that writes to it.
        _ = Self.ignoresBrokenPipes
    }

    /// Lends a client for one burst; it connects when it is first asked for a page, and its connections end after the burst.
    public func withClient(_ burst: (Client) async throws -> Void) async throws {
        let mapper = idle.take() ?? makeMapper()
        let client = Client(plan: plan, mapper: mapper, logger: logger)
        defer {
            client.close()
            idle.put(mapper)
        }
        try await burst(client)
    }

    /// Reads the page at `cursor`.
    public func page(at cursor: JSON?, using client: Client) async throws -> Page {
        try await throwingSourceErrors {
            let raw = try await rawPage(at: cursor, using: client)
            guard let search = raw.search.flatMap({ plan.search($0.rawValue) }) else {
                return Page(entities: [], next: raw.next)
            }
            let mapped = try await client.mapper.entities(of: raw.records, by: search.entity)
            return Page(
                entities: mapped.flatMap(\.self),
                ids: zip(raw.records, mapped).flatMap { record, entities in entities.map { _ in record.id } },
                next: raw.next
            )
        }
    }

    /// The entries of a page, from the directory; `tidemark check` may have kept them.
    private func rawPage(at cursor: JSON?, using client: Client) async throws -> RawPage {
        guard let rehearsal = Rehearsal.current else { return try await readPage(at: cursor, using: client) }
        let answer = try await rehearsal.answer(to: try describe(cursor)) {
            try await throwingSourceErrors {
                RehearsedAnswer(body: try await readPage(at: cursor, using: client).json.bytes)
            }
        }
        let page = try RawPage(parsing: answer.body)
        rehearsal.meetRecords()
        for record in page.records { rehearsal.meet(record: record.text.bytes) }
        return page
    }

    /// Reads the entries of a page: all that a page asks of the directory.
    private func readPage(at cursor: JSON?, using client: Client) async throws -> RawPage {
        guard let cursor else {
            let start = WalkStart(plan: plan, client: client)
            return RawPage(next: try await start.cursors().map { $0.json(of: plan) })
        }
        let place = try LDAPCursor(cursor, of: plan)
        guard let search = plan.search(place.target.search.rawValue) else { return RawPage() }
        switch place.place {
        case .leaf(let leaf, let page, let cuts):
            let reader = LeafReader(plan: plan, client: client, search: search, cursor: place, leaf: leaf)
            return try await reader.page(page, cuts: cuts)
        case .window(let window):
            return try await WindowReader(plan: plan, client: client, search: search, cursor: place).page(window)
        }
    }

    /// What is asked for a cursor, for people.
    private func describe(_ cursor: JSON?) throws -> RequestDescription {
        let servers = plan.connection.servers.map(\.text).joined(separator: " or ")
        let who = "bind: \(plan.connection.authentication.phrase)\(plan.connection.startTLS ? ", StartTLS" : "")"
        guard let cursor else {
            let searches = plan.searches.flatMap { search in
                search.bases.map { "\(search.kind.rawValue): \($0)?\(search.scope.rawValue)?\(search.filter)" }
            }
            return RequestDescription(summary: "LDAP \(servers): how it can be walked", details: [who] + searches)
        }
        let place = try LDAPCursor(cursor, of: plan)
        guard let search = plan.search(place.target.search.rawValue) else {
            return RequestDescription(summary: "LDAP \(servers)", details: [who])
        }
        var (filter, page) = (search.filter, 0)
        switch place.place {
        case .leaf(let leaf, let number, _): (filter, page) = (leaf.filter(within: search.filter, place.key), number)
        case .window(let window): filter = window.filter(within: search.filter, highest: .max)
        }
        let attributes = search.attributes(withKey: place.key.attribute).joined(separator: ", ")
        return RequestDescription(
            summary:
                "LDAP \(place.target.server?.text ?? servers) \(place.target.base)?\(search.scope.rawValue)?\(filter)",
            details: [who, "attributes: \(attributes)", "page \(page), of \(search.pageSize) entries"]
        )
    }

    /// Runs what asks the directory; its errors in the engine's terms.
    func throwingSourceErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DirectoryError {
            if Task.isCancelled || error.code == .cancelled { throw CancellationError() }
            throw SourceError(error)
        }
    }

    private func makeMapper() -> EntryMapper {
        EntryMapper(limits: configuration.mappingLimits, maximumBytes: configuration.maxPageBytes)
    }

    /// Fields that don't decide which entities a cursor leads to.
    private static let access: Set<String> = [
        "startTLS", "tls", "authentication", "allowPlaintextPassword", "connectTimeout", "searchTimeout",
        "maxPageBytes",
        "mappingLimits", "allowEmpty",
    ]

    private static let ignoresBrokenPipes: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return true
    }()
}

extension LDAPSource.Authentication {
    /// For people; no password.
    fileprivate var phrase: String {
        switch self {
        case .anonymous: "anonymous"
        case .simple(let dn, _): "simple, as \(dn), with a password"
        case .external: "SASL EXTERNAL"
        }
    }
}

/// The mappers that no burst has now.
private final class IdleMappers: Sendable {
    private let mappers = Mutex<[EntryMapper]>([])

    func take() -> EntryMapper? { mappers.withLock { $0.popLast() } }

    func put(_ mapper: EntryMapper) { mappers.withLock { $0.append(mapper) } }
}
