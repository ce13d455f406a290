/// Rows and columns, apart from how they are printed.
struct Table: Sendable, Equatable {
    struct Column: Sendable, Equatable {
        var title: String
        /// Numbers stand at the right.
        var isNumber = false
        /// Whether the column gives way where a terminal is too narrow.
        var isFlexible = false

        static func text(_ title: String) -> Column { Column(title: title) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
        static func flexible(_ title: String) -> Column { Column(title: title, isFlexible: true) }
    }

    struct Cell: Sendable, Equatable, ExpressibleByStringInterpolation {
        var text: String
        var role: Style.Role?

        init(_ text: String, _ role: Style.Role? = nil) {
            self.text = TextWidth.sanitized(text)
            self.role = role
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    var columns: [Column]
    var rows: [[Cell]] = []
    /// What is said in place of a table without rows.
    var whenEmpty: String

    /// The lines of the table, no wider than `width` if there is one; without one nothing is cut.
    func lines(width: Int?, style: Style = .plain) -> [String] {
        guard !rows.isEmpty else { return [whenEmpty] }
        let widths = widths(within: width)
        let head = columns.map { Cell($0.title, .faint) }
        return ([head] + rows).map { line($0, widths, style) }
    }

    /// How wide it is when nothing is cut.
    var naturalWidth: Int { widths(within: nil).reduce(2 * (columns.count - 1), +) }

    private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = TextWidth.fit(cell.text, to: widths[index])
            let blanks = String(repeating: " ", count: widths[index] - TextWidth.of(text))
            let isLast = index == cells.count - 1
            if index > 0 { line += "  " }
            if columns[index].isNumber {
                line += blanks + style(text, cell.role)
            } else {
                line += style(text, cell.role) + (isLast ? "" : blanks)
            }
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// As wide as the widest cell; the flexible columns share what is missing, the widest first.
    private func widths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(TextWidth.of(columns[index].title)) { max($0, TextWidth.of($1[index].text)) }
        }
        guard let limit else { return widths }
        var excess = widths.reduce(2 * (widths.count - 1), +) - limit
        while excess > 0 {
            let flexible = columns.indices.filter { columns[$0].isFlexible && widths[$0] > 8 }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
