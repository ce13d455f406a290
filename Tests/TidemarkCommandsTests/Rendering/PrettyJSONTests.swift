import Catalog
import Testing

@testable import TidemarkCommands

@Suite struct PrettyJSONTests {
    @Test func keysAreSortedAndIndented() {
        let value: JSON = ["b": [1, 2.5, "x\n\u{1}\""], "a": [:], "c": [], "d": nil, "e": true]
        #expect(
            PrettyJSON.text(value) == #"""
                {
                  "a": {},
                  "b": [
                    1,
                    2.5,
                    "x\n\u0001\""
                  ],
                  "c": [],
                  "d": null,
                  "e": true
                }
                """#
        )
    }

    @Test(arguments: [
        JSON.string("tab\t \u{7F} é 漢 \\"), 0, -7, 1.5, .array([[]]), ["": ["": nil]], .number(1e300),
    ])
    func isReadBackAsItWas(_ value: JSON) throws {
        #expect(try JSON(parsing: PrettyJSON.text(value)) == value)
    }
}
