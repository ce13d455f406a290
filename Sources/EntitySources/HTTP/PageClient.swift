internal import Catalog
internal import Ingestion
internal import Synchronization

/// What maps the pages of one kind during one burst: compiled expressions. Connections are shared by the process.
final class PageClient: Sendable {
    private let reader: Mutex<PageReader>
    private let pageProtocol: Mutex<PageProtocol>
    private let limits: MappingLimits

    init(_ pages: PagePlan, of configuration: some RequestConfiguration, _ credentials: Credentials) {
        let maximumBytes = configuration.maxResponseBytes
        reader = Mutex(PageReader(pages, credentials: credentials, maximumBytes: maximumBytes))
        limits = configuration.mappingLimits
        pageProtocol = Mutex(PageProtocol(maximumBytes: maximumBytes))
    }

    func prepare(_ expressions: [JQExpression]) throws(SourceConfigurationError) {
        let result: Result<Void, SourceConfigurationError> = reader.withLock { reader in
            do throws(SourceConfigurationError) {
                return .success(try reader.prepare(expressions))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Maps a page, or takes its records where they are mapped only with their details.
    ///
    /// - Parameters:
    ///   - request: what `$request` is.
    ///   - parent: what `$parent` is.
    func read(_ answer: HTTPAnswer, request: JSON = [:], parent: JSON = nil) async throws -> ReadPage {
        // The mapping runs on a thread of its own, which knows nothing of this task.
        let rehearsal = Rehearsal.current
        return try await MappingGuard.within(limits) { [self] guardian in
            try reader.withLock {
                try $0.read(answer, ["request": request, "parent": parent], guardian, rehearsal)
            }
        }
    }

    /// Maps the records of a page, which have their details now.
    func map(_ page: ReadPage, parent: JSON) async throws -> ReadPage {
        try await MappingGuard.within(limits) { [self] guardian in
            try reader.withLock { try $0.map(page, ["parent": parent], guardian) }
        }
    }

    func isExpired(_ answer: HTTPAnswer) async throws -> Bool {
        try await MappingGuard.within(limits) { [self] guardian in
            try reader.withLock { try $0.isExpired(answer, guardian) }
        }
    }

    /// The text of the one value of an expression on an answer.
    func value(_ expression: JQExpression, of answer: HTTPAnswer, _ parent: JSON) async throws -> [UInt8] {
        try await MappingGuard.within(limits) { [self] guardian in
            try reader.withLock { try $0.value(of: expression, on: answer, ["parent": parent], guardian) }
        }
    }

    /// The request for a record's detail; nil if `when` asks for none.
    func request(
        _ plan: DetailPlan,
        for record: [UInt8],
        at place: HTTPCursor.Place,
        _ parent: JSON
    ) async throws -> PreparedRequest? {
        try await MappingGuard.within(limits) { [self] guardian in
            try reader.withLock { reader in
                try reader.evaluating(on: record, ["parent": parent], guardian) { evaluate in
                    if place == .start, let when = plan.when {
                        let isAskedFor = try evaluate(when)
                        if isAskedFor.isNull || isAskedFor == false { return nil }
                    }
                    return try plan.request.request(for: place) { expression, _ in try evaluate(expression) }
                }
            }
        }
    }

    /// Calls `body` with what evaluates an expression on an input.
    func evaluating<Result: Sendable>(
        parent: JSON = nil,
        _ body: @escaping @Sendable ((JQExpression, JSON) throws -> JSON) throws -> Result
    ) async throws -> Result {
        try await MappingGuard.within(limits) { [self] guardian in
            try body { expression, input in
                try reader.withLock { try $0.value(of: expression, on: input, ["parent": parent], guardian) }
            }
        }
    }

    func protocolPage(_ answer: HTTPAnswer) throws(SourceError) -> Page {
        let result: Result<Page, SourceError> = pageProtocol.withLock { pages in
            do throws(SourceError) {
                return .success(try pages.page(answer.body, place: answer.requestName))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
