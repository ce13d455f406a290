internal import Catalog
internal import Ingestion
internal import Synchronization

/// Maps entries to entities with jq, for one task at a time. It holds nothing of a directory, so that bursts use it in turn.
final class EntryMapper: Sendable {
    private struct State: ~Copyable {
        let programs = JQPrograms()
        var writer = JSONWriter()
    }

    private let limits: MappingLimits
    private let maximumBytes: Int
    private let state = Mutex(State())

    init(limits: MappingLimits, maximumBytes: Int) {
        (self.limits, self.maximumBytes) = (limits, maximumBytes)
    }

    func prepare(_ expressions: [JQExpression]) throws(SourceConfigurationError) {
        let result: Result<Void, SourceConfigurationError> = state.withLock { state in
            do throws(SourceConfigurationError) {
                for expression in expressions { try state.programs.prepare(expression) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// The entities of each record, in the order of the records.
    func entities(of records: [EntryRecord], by expression: JQExpression) async throws -> [[JSONText]] {
        try await MappingGuard.within(limits) { [self] guardian in
            try state.withLock { state in
                var document = PageDocument(maximumBytes: maximumBytes)
                return try records.map { record in
                    try entities(of: record, by: expression, &state, &document, guardian)
                }
            }
        }
    }

    /// An error of one record fails the page: a record that is left out would be removed.
    private func entities(
        of record: EntryRecord,
        by expression: JQExpression,
        _ state: inout State,
        _ document: inout PageDocument,
        _ guardian: MappingGuard
    ) throws -> [JSONText] {
        var entities: [JSONText] = []
        var writer = JSONWriter()
        swap(&writer, &state.writer)
        defer { swap(&writer, &state.writer) }
        do {
            try document.withValue(of: record.text.bytes) { value in
                let variables = JQVariables()
                try state.programs.forEachResult(of: expression, on: value, variables: variables, guardian) { result in
                    let text = result.text(using: &writer)
                    try guardian.count(bytes: text.count)
                    entities.append(JSONText(bytes: text))
                }
            }
        } catch let error as JQError {
            if error.code == .cancelled { throw CancellationError() }
            let isLimit = error.code == .timeLimit || error.code == .sizeLimit
            throw SourceError(
                isLimit ? .limitExceeded : .mappingFailed,
                "`\(expression.field)`, entry \(record.dn): \(error.message.prefix(1_000))"
            )
        }
        return entities
    }
}
