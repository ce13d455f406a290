import Testing

@testable import TidemarkCommands

@Suite struct TextWidthTests {
    @Test(arguments: [("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("…", 1), ("🌊", 2), ("", 0)])
    func columns(_ text: String, _ width: Int) {
        #expect(TextWidth.of(text) == width)
    }

    @Test(arguments: [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("漢字漢字", 4, "漢…"), ("ab", 1, "…"), ("ab", 0, "")])
    func fits(_ text: String, _ columns: Int, _ fitted: String) {
        #expect(TextWidth.fit(text, to: columns) == fitted)
    }

    @Test func wrapsAtBlanks() {
        #expect(TextWidth.wrap("one two three\nfour", to: 8) == ["one two", "three", "four"])
        #expect(TextWidth.wrap("unbreakable", to: 4) == ["unbreakable"])
    }

    @Test(arguments: [("abcdef", 4, ["abcd", "ef"]), ("漢字漢", 5, ["漢字", "漢"]), ("漢", 1, ["漢"]), ("", 4, [""])])
    func folds(_ text: String, _ columns: Int, _ lines: [String]) {
        #expect(TextWidth.fold(text, to: columns) == lines)
    }
}
