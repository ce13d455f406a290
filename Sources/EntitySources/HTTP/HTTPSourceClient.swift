internal import Catalog
internal import Ingestion
internal import Synchronization

extension HTTPSource {
    /// What maps the pages of one burst: compiled expressions. Connections are shared by the process.
    public final class Client: Sendable {
        private let reader: Mutex<PageReader>
        private let pageProtocol: Mutex<PageProtocol>
        private let limits: MappingLimits

        init(reader: sending PageReader, limits: MappingLimits, maximumBytes: Int) {
            self.reader = Mutex(reader)
            self.limits = limits
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

        func read(_ answer: HTTPAnswer, request: JSON) async throws -> ReadPage {
            // The mapping runs on a thread of its own, which knows nothing of this task.
            let rehearsal = Rehearsal.current
            return try await MappingGuard.within(limits) { [self] guardian in
                try reader.withLock { try $0.read(answer, request: request, guardian, rehearsal) }
            }
        }

        func isExpired(_ answer: HTTPAnswer) async throws -> Bool {
            try await MappingGuard.within(limits) { [self] guardian in
                try reader.withLock { try $0.isExpired(answer, guardian) }
            }
        }

        /// Calls `body` with what evaluates an expression on an input.
        func evaluating<Result: Sendable>(
            _ body: @escaping @Sendable ((JQExpression, JSON) throws -> JSON) throws -> Result
        ) async throws -> Result {
            try await MappingGuard.within(limits) { [self] guardian in
                try body { expression, input in
                    try reader.withLock { try $0.value(of: expression, on: input, guardian) }
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
}
