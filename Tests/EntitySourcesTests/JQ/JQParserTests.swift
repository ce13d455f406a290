import Testing

@testable import EntitySources

@Suite struct JQParserTests {
    @Test(arguments: [
        (#"{"a": 1"#, "Unfinished JSON term at EOF at line 1, column 7"),
        ("{\n \"a\": x\n}", "Invalid numeric literal at line 3, column 0"),
        ("<html>", "Invalid numeric literal at EOF at line 1, column 6"),
        ("", "empty, where JSON is expected"), (" \n", "empty, where JSON is expected"),
        ("{} {}", "more than one JSON value"),
        (String(repeating: "[", count: 300), "Exceeds depth limit for parsing at line 1, column 257"),
    ])
    func errorsSayWhere(_ text: String, _ message: String) throws {
        let error = try #require(throws: JQError.self) {
            _ = try JQParser.parse(Array(text.utf8))
        }
        #expect(error == JQError(.input, message))
    }
}
