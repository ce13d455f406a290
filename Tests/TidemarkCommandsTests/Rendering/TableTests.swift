import Testing

@testable import TidemarkCommands

@Suite struct TableTests {
    private let table = Table(
        columns: [.flexible("NAME"), .number("COUNT"), .text("NOTE")],
        rows: [["a-rather-long-name", "7", ""], ["b", "1,234", "fine"]],
        whenEmpty: "nothing"
    )

    @Test func columnsAreAligned() {
        #expect(
            table.lines(width: nil) == [
                "NAME                COUNT  NOTE",
                "a-rather-long-name      7",
                "b                   1,234  fine",
            ]
        )
    }

    @Test func flexibleColumnsGiveWay() {
        #expect(
            table.lines(width: 24) == [
                "NAME         COUNT  NOTE",
                "a-rather-l…      7",
                "b            1,234  fine",
            ]
        )
    }

    @Test func aTableThatCannotFitKeepsItsNumbers() {
        #expect(table.lines(width: 5)[2].hasSuffix("1,234  fine"))
    }

    @Test func withoutRowsItSaysSo() {
        #expect(Table(columns: [.text("A")], whenEmpty: "nothing").lines(width: nil) == ["nothing"])
    }

    @Test("What comes from a source cannot steer the terminal")
    func cellsAreSanitized() {
        let table = Table(columns: [.text("A")], rows: [[Table.Cell("a\u{1B}[2Jb\nc\u{202E}")]], whenEmpty: "")
        #expect(table.lines(width: nil) == ["A", "a [2Jb c"])
    }

    @Test func coloursAreAroundTheText() {
        let table = Table(columns: [.text("A"), .text("B")], rows: [[Table.Cell("x", .good), "y"]], whenEmpty: "")
        #expect(table.lines(width: nil, style: Style(isEnabled: true))[1] == "\u{1B}[32mx\u{1B}[0m  y")
    }
}
