import Testing

@testable import Catalog

@Suite struct JSONParsingTests {
    static let table: [(String, JSON)] = [
        ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("-0", .integer(0)),
        ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("-0.0", .number(-0.0)),
        ("1e2", .number(100)), ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-400", .number(0)),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)), (#""""#, .string("")),
        (#""a\"\\\/\b\f\n\r\t\u0041é""#, .string("a\"\\/\u{8}\u{C}\n\r\tAé")), (#""\u0000""#, .string("\0")),
        (#""\ud83d\ude00\u2028""#, .string("😀\u{2028}")), ("[]", .array([])),
        ("[1,[2],{}]", .array([1, .array([2]), .object([:])])),
        (#"{"a":{"b":null}}"#, .object(["a": .object(["b": .null])])),
        ("\u{FEFF}1", .integer(1)),
    ]

    @Test("Values are read as what they are", arguments: table)
    func values(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
        #expect(try JSON(parsing: JSONText(text)) == value)
    }

    @Test("A double keeps its sign at zero")
    func negativeZero() throws {
        #expect(try JSON(parsing: "-0.0").number?.sign == .minus)
    }

    @Test("Of duplicate keys the last wins")
    func duplicateKeys() throws {
        #expect(try JSON(parsing: #"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
    }

    @Test(
        "An integer that would have to be rounded is refused",
        arguments: [
            "9223372036854775809", "18446744073709551615", "[18446744073709551615]", #"{"a":9223372036854775809}"#,
        ]
    )
    func inexact(text: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.code == .number)
    }

    @Test("The nesting of arrays and objects is limited to 128 levels", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func depth(open: String, close: String) throws {
        func nested(_ levels: Int) -> String {
            String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
        }
        _ = try JSON(parsing: nested(128))
        for levels in [129, 1000, 200_000] {
            let error = #expect(throws: JSONError.self) { try JSON(parsing: nested(levels)) }
            #expect(error?.code == .depth)
            #expect(error?.offset == open.utf8.count * 128)
        }
    }

    @Test("U12: a cursor survives JSON: what is resumed equals what was stored")
    func cursorSurvives() throws {
        let cursor: JSON = [
            "after": "opaque==\u{0}\u{1F}\"\\/é😀", "page": 3, "big": .integer(.min), "ratio": 0.1, "whole": .number(2),
            "filters": [["a", nil, true], [:], []], "": "empty key", "since": "2024-02-30T25:61:00Z",
        ]
        var resumed = cursor
        for _ in 0..<3 { resumed = try JSON(parsing: resumed.bytes) }
        #expect(resumed == cursor)
        #expect(resumed.bytes == cursor.bytes)
    }
}
