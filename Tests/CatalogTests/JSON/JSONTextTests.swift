import Testing

@testable import Catalog

@Suite struct JSONTextTests {
    @Test(
        "The text of a value is canonical",
        arguments: [
            (nil, "null"), (true, "true"), (-7, "-7"), (.integer(.min), "-9223372036854775808"), (0.1, "0.1"),
            (.number(1), "1.0"), (.number(-0.0), "-0.0"), (.number(1e23), "1e+23"),
            (.number(.leastNonzeroMagnitude), "5e-324"),
            (.number(.nan), "null"), (.number(-.infinity), "null"),
            (
                "a\"b\\c/\u{8}\u{9}\u{A}\u{C}\u{D}\u{1}\u{1F}\u{7F}é😀\u{2028}",
                "\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0001\\u001f\u{7F}é😀\u{2028}\""
            ),
            ([], "[]"), ([:], "{}"), ([1, [nil, "x"]], #"[1,[null,"x"]]"#),
            (
                ["b": 1, "a": 2, "B": 3, "": 4, "aa": 5, "é": 6, "z": 7],
                #"{"":4,"B":3,"a":2,"aa":5,"b":1,"z":7,"é":6}"#
            ),
        ] as [(JSON, String)]
    )
    func canonical(value: JSON, text: String) {
        #expect(value.description == text)
        #expect(value.bytes == Array(text.utf8))
        #expect(JSONText(value).description == text)
    }

    @Test("Keys are sorted by their bytes, not as Swift sorts strings")
    func keyOrder() {
        // U+FF21 comes before U+1F600 in both, but U+212B is the same letter as U+00C5 for Swift.
        let value: JSON = ["\u{1F600}": 1, "\u{FF21}": 2, "\u{212B}": 3, "\u{C6}": 4]
        #expect(value.description == "{\"\u{C6}\":4,\"\u{212B}\":3,\"\u{FF21}\":2,\"\u{1F600}\":1}")
    }
}
