/// Where in a file something stands: line and column from 1, columns counted in Unicode scalars.
struct Place: Sendable, Hashable, Comparable, CustomStringConvertible {
    let line: Int
    let column: Int

    static let start = Place(line: 1, column: 1)

    static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    var description: String { "\(line):\(column)" }
}
