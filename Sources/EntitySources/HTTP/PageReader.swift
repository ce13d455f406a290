internal import Catalog
internal import Ingestion

/// Maps pages to entities with jq, for one task at a time.
final class PageReader {
    let plan: PagePlan
    private let credentials: Credentials
    let programs = JQPrograms()
    var document: PageDocument
    var writer = JSONWriter()
    /// Is told of the records.
    private var rehearsal: Rehearsal?
    /// What the expressions may use besides their input.
    var variables = JQVariables()

    init(_ plan: PagePlan, credentials: Credentials, maximumBytes: Int) {
        self.plan = plan
        self.credentials = credentials
        document = PageDocument(maximumBytes: maximumBytes)
    }

    func prepare(_ expressions: [JQExpression]) throws(SourceConfigurationError) {
        for expression in expressions { try programs.prepare(expression) }
    }

    /// Maps one page, or takes its records where they are mapped only with their details.
    func read(
        _ answer: HTTPAnswer,
        _ variables: [String: JSON],
        _ guardian: MappingGuard,
        _ rehearsal: Rehearsal? = nil
    ) throws -> ReadPage {
        self.rehearsal = rehearsal
        defer { self.rehearsal = nil }
        rehearsal?.meetRecords()
        self.variables = JQVariables(variables)
        do {
            return try document.withValue(of: answer.body) { document in
                try read(document, answer, guardian)
            }
        } catch let error as JQError where error.code == .input {
            throw SourceError(.invalidPage, "\(answer.requestName): the answer is not JSON: \(error.message)")
        }
    }

    /// Maps the records of a page, which have their details now.
    func map(_ page: ReadPage, _ variables: [String: JSON], _ guardian: MappingGuard) throws -> ReadPage {
        self.variables = JQVariables(variables)
        var mapped = page
        for (index, record) in page.records.enumerated() {
            try document.withValue(of: record) { record in
                try map(record, at: index, into: &mapped, guardian)
            }
        }
        mapped.records = []
        return mapped
    }

    private func read(
        _ document: borrowing PageValue,
        _ answer: HTTPAnswer,
        _ guardian: MappingGuard
    ) throws -> ReadPage {
        var page = ReadPage()
        page.sourceRecords = plan.list.flatMap { document.count(at: $0) }
        try readRecords(of: document, answer, into: &page, guardian)
        if let next = plan.next { page.next = try results(of: next, on: document, guardian) }
        if let end = plan.end { page.end = try results(of: end, on: document, guardian) }
        if let until = plan.until { page.until = try results(of: until, on: document, guardian) }
        guard plan.key != nil || plan.untilLastRecord != nil, let list = plan.list else { return page }
        try document.withLastElement(at: list) { record in
            if let key = plan.key { page.last = try results(of: key, on: record, guardian) }
            if let until = plan.untilLastRecord {
                page.until = try results(of: until, on: record, guardian)
            }
        }
        return page
    }

    private func readRecords(
        of document: borrowing PageValue,
        _ answer: HTTPAnswer,
        into page: inout ReadPage,
        _ guardian: MappingGuard
    ) throws {
        guard let records = plan.records else {
            guard document.kind == .array else {
                throw invalid(answer, "the page is \(document.kind.phrase), not an array: say where its `records` are")
            }
            try readElements(of: document, into: &page, guardian)
            return
        }
        var isEmpty = true
        var index = 0
        try mapping(records, nil) {
            try programs.forEachResult(of: records, on: document, variables: variables, guardian) { result in
                isEmpty = false
                switch result.kind {
                case .null:
                    throw invalid(answer, "`records` (\(records.text)) gives null: is this an error document?")
                case .array: try readElements(of: result, into: &page, guardian, from: &index)
                default:
                    try readEntities(of: result, at: index, into: &page, guardian)
                    index += 1
                }
            }
        }
        if isEmpty, let list = plan.list, !document.hasContainer(at: list) {
            throw invalid(
                answer,
                "`records` (\(records.text)) finds nothing to iterate over: is this an error document?"
            )
        }
    }

    private func readElements(
        of array: borrowing PageValue,
        into page: inout ReadPage,
        _ guardian: MappingGuard
    ) throws {
        var index = 0
        try readElements(of: array, into: &page, guardian, from: &index)
    }

    private func readElements(
        of array: borrowing PageValue,
        into page: inout ReadPage,
        _ guardian: MappingGuard,
        from index: inout Int
    ) throws {
        try array.forEachElement { record in
            try readEntities(of: record, at: index, into: &page, guardian)
            index += 1
        }
    }

    /// The entities of one record. An error of theirs fails the page: a record that is left out would be removed.
    private func readEntities(
        of record: borrowing PageValue,
        at index: Int,
        into page: inout ReadPage,
        _ guardian: MappingGuard
    ) throws {
        rehearsal?.meet(record: record.text(using: &writer))
        guard plan.keepsRecords else { return try map(record, at: index, into: &page, guardian) }
        let text = record.text(using: &writer)
        try guardian.count(bytes: text.count)
        page.records.append(text)
    }

    private func map(
        _ record: borrowing PageValue,
        at index: Int,
        into page: inout ReadPage,
        _ guardian: MappingGuard
    ) throws {
        if let entity = plan.entity {
            try forEachResult(of: entity, on: record, at: index, guardian) { result in
                try append(result.text(using: &writer), to: &page, guardian)
            }
        } else if plan.recordsAreEntities {
            try append(record.text(using: &writer), to: &page, guardian)
        }
        for (name, expression) in plan.each {
            try forEachResult(of: expression, on: record, at: index, guardian) { result in
                let parent = try json(result, expression)
                try parent.checkThatItCanBeAParent(of: expression, record: index)
                page.each.append((name, parent))
            }
        }
    }

    private func forEachResult(
        of expression: JQExpression,
        on record: borrowing PageValue,
        at index: Int,
        _ guardian: MappingGuard,
        _ body: (consuming PageValue) throws -> Void
    ) throws {
        do {
            try programs.forEachResult(of: expression, on: record, variables: variables, guardian, body)
        } catch let error as JQError {
            let start = credentials.excerpt(record.text(using: &writer)).map { "; the record begins: \($0)" } ?? ""
            throw try sourceError(error, expression, "record \(index)", start)
        }
    }

    private func append(_ text: [UInt8], to page: inout ReadPage, _ guardian: MappingGuard) throws {
        try guardian.count(bytes: text.count)
        page.entities.append(JSONText(bytes: text))
    }

    func results(
        of expression: JQExpression,
        on input: borrowing PageValue,
        _ guardian: MappingGuard
    ) throws -> [JSON] {
        var results: [JSON] = []
        try mapping(expression, nil) {
            try programs.forEachResult(of: expression, on: input, variables: variables, guardian) { result in
                results.append(try json(result, expression))
            }
        }
        return results
    }

    private func json(_ result: borrowing PageValue, _ expression: JQExpression) throws(SourceError) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: result.text(using: &writer))
        } catch {
            throw SourceError(
                .invalidPage,
                "`\(expression.field)`: a result cannot be kept: \(error)",
                underlying: error
            )
        }
    }

    func mapping(_ expression: JQExpression, _ place: String?, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as JQError {
            throw try sourceError(error, expression, place, "")
        }
    }

    /// The error with its expression and place; a cancelled task's is rethrown as such.
    private func sourceError(
        _ error: JQError,
        _ expression: JQExpression,
        _ place: String?,
        _ rest: String
    ) throws -> SourceError {
        if error.code == .cancelled { throw CancellationError() }
        let isLimit = error.code == .timeLimit || error.code == .sizeLimit
        let message = credentials.redacting(error.message)
        return SourceError(
            isLimit ? .limitExceeded : .mappingFailed,
            "`\(expression.field)`\(place.map { ", \($0)" } ?? ""): \(message.prefix(1_000))\(rest)"
        )
    }

    func invalid(_ answer: HTTPAnswer, _ reason: String) -> SourceError {
        let start = credentials.excerpt(answer.body).map { "; it begins: \($0)" } ?? ""
        return SourceError(.invalidPage, "\(answer.requestName): \(reason)\(start)")
    }
}
