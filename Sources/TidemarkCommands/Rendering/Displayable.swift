internal import Catalog

/// What a command has to say, apart from how it is printed: one model, and JSON or text made of it here.
protocol Displayable {
    /// For `--json`: stable names, times in RFC 3339, numbers as numbers.
    var json: JSON { get }
    /// For people: lines no wider than `width`, if there is one.
    func lines(width: Int?, style: Style) -> [String]
}

/// A model that is one table.
protocol TableDisplayable: Displayable {
    var table: Table { get }
}

extension TableDisplayable {
    func lines(width: Int?, style: Style) -> [String] { table.lines(width: width, style: style) }
}
