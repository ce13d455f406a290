internal import Catalog
internal import EntitySources
internal import Ingestion

/// The lines of one page: a column of names, and what there is to say of each.
struct PageDetail {
    private static let indent = 12
    /// Lines of a request's body, columns of a record where nothing limits them.
    private static let mostBodyLines = 24
    private static let mostRecordLines = 3
    private static let mostRecordColumns = 400
    private static let mostExchanges = 15
    private static let mostCursors = 3

    let check: PageCheck
    let file: String
    /// Where entities that are not valid are mended.
    let rejectionMend: String
    let width: Int?
    let style: Style
    private(set) var lines: [String] = []

    init(_ check: PageCheck, file: String, rejectionMend: String, width: Int?, style: Style) {
        (self.check, self.file, self.rejectionMend) = (check, file, rejectionMend)
        (self.width, self.style) = (width, style)
    }

    mutating func add(shown: Int) {
        add("cursor", [check.cursor.map(\.description) ?? "none: a cycle begins"])
        addExchanges()
        addLines("messages", check.notes.messages.map { style(TextWidth.sanitized($0), .faint) })
        addRecords(shown)
        if let page = check.page {
            addEntities(page, shown)
            addRejected(page)
            addNext(page)
        }
        if let problem = check.problem {
            addWrapped("error", problem.head(file: file), .bad)
            addWrapped("to do", problem.mend)
        }
    }

    private mutating func addExchanges() {
        guard let exchange = check.leadingExchange else { return }
        let request = exchange.request
        addLines("request", folded(request.summary).map { style($0, .active) })
        add("", request.details)
        if let body = request.body { add("", Self.readable(body), isIndented: true) }
        if let answer = exchange.answer {
            addAnswer(answer, took: check.isReplayed ? "kept" : DurationText.fine(exchange.took))
            add("", answer.tellingHeaders)
            if answer.isRedacted { addLines("", [style("it had a secret in it, which is hidden", .warning)]) }
        } else if let failure = exchange.failure {
            addWrapped("answer", "none: \(failure)", .bad)
        }
        let others = check.otherExchanges
        guard !others.isEmpty else { return }
        var table = Table(
            columns: [.number("STATUS"), .number("BYTES"), .number("TOOK"), .flexible("REQUEST")],
            whenEmpty: ""
        )
        for exchange in others.prefix(Self.mostExchanges) { table.rows.append(Self.row(exchange)) }
        addLines("besides", table.lines(width: width.map { $0 - Self.indent }, style: style))
        addMore(others.count - Self.mostExchanges)
    }

    private mutating func addAnswer(_ answer: RehearsedAnswer, took: String) {
        let facts = "\(answer.summary), \(took)"
        guard let status = answer.statusText else { return add("answer", [facts]) }
        let shown = style(status, answer.isSuccess ? .good : .bad)
        guard TextWidth.of("\(status), \(facts)") > room else { return addLines("answer", [shown + ", " + facts]) }
        addLines("answer", [shown])
        add("", [facts])
    }

    private static func row(_ exchange: RehearsedExchange) -> [Table.Cell] {
        let isSound = exchange.answer?.isSuccess == true
        let status = exchange.answer.map { $0.status.map(String.init) ?? "ok" } ?? "none"
        let purpose = exchange.request.isForCredentials ? " (for credentials)" : ""
        return [
            Table.Cell(status, isSound ? .good : .bad),
            Table.Cell(exchange.answer.map { Figures.count($0.size) } ?? ""),
            Table.Cell(DurationText.fine(exchange.took)), Table.Cell(exchange.request.summary + purpose),
        ]
    }

    private mutating func addRecords(_ shown: Int) {
        guard let count = check.notes.recordCount else { return }
        add("records", [Figures.count(count)])
        for record in check.notes.records.prefix(shown) {
            let text = TextWidth.sanitized(String(decoding: record, as: UTF8.self))
            let columns = width == nil ? Self.mostRecordColumns : room * Self.mostRecordLines
            add("", [TextWidth.fit(text, to: columns)])
        }
        if shown > 0 { addMore(count - min(shown, check.notes.records.count)) }
    }

    private mutating func addEntities(_ page: PreparedPage, _ shown: Int) {
        var count = style(Figures.count(page.entities.count), page.entities.isEmpty ? nil : .good)
        if page.duplicates > 0 { count += ", " + style(Figures.count(page.duplicates, "duplicate"), .warning) }
        addLines("entities", [count])
        for (index, entity) in page.entities.prefix(shown).enumerated() {
            add("", index > 0 ? [""] : [])
            add("", entity.yamlLines, isIndented: true)
        }
        if shown > 0 { addMore(page.entities.count - shown) }
    }

    private mutating func addRejected(_ page: PreparedPage) {
        guard !page.rejected.isEmpty else { return }
        addLines("rejected", [style(Figures.count(page.rejected.count), .bad)])
        for rejection in page.rejected.prefix(EntityRejection.mostShown) {
            let name = TextWidth.sanitized(rejection.ref?.string ?? "an entity")
            addWrapped("", "\(name): \(TextWidth.sanitized(rejection.reason))", .bad)
            addLines("", [style(TextWidth.fit(TextWidth.sanitized(rejection.excerpt), to: min(room, 160)), .faint)])
        }
        addMore(page.rejected.count - EntityRejection.mostShown)
        addWrapped("to do", rejectionMend)
    }

    private mutating func addNext(_ page: PreparedPage) {
        switch page.next.count {
        case 0:
            let beside = check.chainsBeside
            add("next", [beside == 0 ? "none" : "none: the chain ends; \(Figures.count(beside, "chain")) beside it"])
        case 1: add("next", [page.next[0].description])
        default:
            add("next", ["forks into \(Figures.count(page.next.count, "chain"))"])
            add("", page.next.prefix(Self.mostCursors).map(\.description))
            addMore(page.next.count - Self.mostCursors)
        }
    }

    private mutating func addMore(_ count: Int) {
        if count > 0 { addLines("", [style("… and \(Figures.count(count)) more", .faint)]) }
    }

    /// Texts, broken where the terminal ends; what is indented goes on indented.
    private mutating func add(_ name: String, _ texts: [String], isIndented: Bool = false) {
        addLines(
            name,
            texts.flatMap { text in
                let text = TextWidth.sanitized(text)
                let blanks = isIndented ? text.prefix { $0 == " " }.count + 2 : 0
                guard TextWidth.of(text) > room, blanks < room / 2 else { return folded(text) }
                let first = TextWidth.fold(text, to: room)[0]
                let rest = TextWidth.fold(String(text.dropFirst(first.count)), to: room - blanks)
                return [first] + rest.map { String(repeating: " ", count: blanks) + $0 }
            }
        )
    }

    private func folded(_ text: String) -> [String] {
        TextWidth.fold(TextWidth.sanitized(text), to: room)
    }

    /// A sentence.
    private mutating func addWrapped(_ name: String, _ text: String?, _ role: Style.Role? = nil) {
        guard let text else { return }
        let lines = TextWidth.wrap(text, to: room).flatMap(folded)
        addLines(name, lines.map { style($0, role) })
    }

    /// Lines that fit.
    private mutating func addLines(_ name: String, _ texts: [String]) {
        for (index, text) in texts.enumerated() {
            let name = index == 0 ? name : ""
            let blanks = String(repeating: " ", count: Self.indent - 2 - TextWidth.of(name))
            let line = "  " + style(name, .faint) + blanks + text
            lines.append(text.isEmpty && name.isEmpty ? "" : line)
        }
    }

    private var room: Int { max(20, (width ?? .max) - Self.indent) }

    /// A body as people read it: JSON as YAML, where a query's lines are lines.
    private static func readable(_ body: String) -> [String] {
        var lines = body.split(whereSeparator: \.isNewline).map(String.init)
        if let json = try? JSON(parsing: body), json.object != nil || json.array != nil { lines = YAMLText.lines(json) }
        guard lines.count > mostBodyLines else { return [""] + lines }
        return [""] + lines.prefix(mostBodyLines) + ["… and \(lines.count - mostBodyLines) more lines"]
    }
}
