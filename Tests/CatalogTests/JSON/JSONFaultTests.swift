import Testing

@testable import Catalog

@Suite struct JSONFaultTests {
    @Test(
        "A text that is not JSON is refused with the place of the first fault",
        arguments: [
            ("", JSONError.Code.empty, nil), (" \n\t ", .empty, nil), ("\u{FEFF}", .empty, nil),
            ("nul", .syntax, 0), ("NaN", .syntax, 0), ("'a'", .syntax, 0), ("+1", .syntax, 0), (".5", .syntax, 0),
            ("true false", .syntax, 5), ("[1,]", .syntax, 3), ("[1 2]", .syntax, 3), ("[1", .syntax, 2),
            ("[", .syntax, 1), ("{", .syntax, 1), ("{a:1}", .syntax, 1), (#"{"a"}"#, .syntax, 4),
            (#"{"a" 1}"#, .syntax, 5), (#"{"a":1,}"#, .syntax, 7), (#"{"a":1 "b":2}"#, .syntax, 7), ("]", .syntax, 0),
            ("\u{FEFF}[1,]", .syntax, 6), ("\u{0}", .syntax, 0), ("[1]x", .syntax, 3),
            ("\"abc", .string, 0), ("\"a\tb\"", .string, 2), (#""a\x""#, .string, 2), (#""\u12""#, .string, 3),
            (#""\u+123""#, .string, 3), (#""\ud800""#, .string, 1), (#""\ud800x""#, .string, 1),
            (#""\udc00""#, .string, 1), (#""\ud800\ud800""#, .string, 1), (#""\ud800\n""#, .string, 1),
            ("01", .number, 0), ("-", .number, 1), ("1.", .number, 2), ("1e", .number, 2), ("[1e400]", .number, 1),
            ("-1e400", .number, 0), ("18446744073709551616", .number, 0), ("-9223372036854775809", .number, 0),
        ] as [(String, JSONError.Code, Int?)]
    )
    func fault(text: String, code: JSONError.Code, offset: Int?) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(
        "Bytes that are not UTF-8 are refused with their place",
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]]
    )
    func encoding(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) {
            try JSON(parsing: Array("[\"é".utf8) + bytes + Array("\"]".utf8))
        }
        #expect(error?.code == .encoding)
        #expect(error?.offset == 4)
    }

    @Test("Every truncation and every flipped byte of a text gives an error with a place, or a value")
    func mutations() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",true,null],"é":{"b":{}}}"#.utf8)
        for length in 0..<text.count {
            let error = #expect(throws: JSONError.self) { try JSON(parsing: Array(text.prefix(length))) }
            #expect(length == 0 || error?.offset != nil)
        }
        for index in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[index] ^= 1 << bit
                do throws(JSONError) { _ = try JSON(parsing: changed) } catch {
                    #expect(error.offset != nil, "\(String(decoding: changed, as: UTF8.self)): \(error)")
                }
            }
        }
    }

    @Test("The description names the place and quotes nothing")
    func description() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: #"{"password":"secret" x}"#) }
        #expect(error?.description == "',' or '}' is expected in an object, at byte 21")
    }
}
