import Testing

@testable import Catalog

@Suite struct JSONCanonicalizerTests {
    private func canonical(_ text: String) throws -> String {
        var document = JSONDocument()
        var canonicalizer = JSONCanonicalizer()
        try document.parse(Array(text.utf8))
        document.withRoot { canonicalizer.write($0) }
        return String(decoding: canonicalizer.output.bytes, as: UTF8.self)
    }

    @Test(
        "Keys are in the order of their bytes, at every level",
        arguments: [
            (#"{"b":1,"a":{"d":2,"c":3}}"#, #"{"a":{"c":3,"d":2},"b":1}"#),
            (#"{"aaaaaaaab":1,"aaaaaaaa":2,"aaaaaaaaa":3}"#, #"{"aaaaaaaa":2,"aaaaaaaaa":3,"aaaaaaaab":1}"#),
            (#"{"a\u0000":1,"a":2,"":3}"#, #"{"":3,"a":2,"a\u0000":1}"#),
            (#"{"é":1,"z":2,"\ud83d\ude00":3,"\uffff":4}"#, "{\"z\":2,\"é\":1,\"\u{FFFF}\":4,\"😀\":3}"),
            (#"[{"b":1,"a":2},{"d":[{"f":1,"e":2}]}]"#, #"[{"a":2,"b":1},{"d":[{"e":2,"f":1}]}]"#),
        ]
    )
    func order(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test("Of duplicate keys the last is written, in small and in large objects")
    func duplicates() throws {
        #expect(try canonical(#"{"a":1,"a":2,"b":{},"a":3}"#) == #"{"a":3,"b":{}}"#)
        let members = (0..<500).map { "\"key\($0 % 50)\":\($0)" }.joined(separator: ",")
        let expected = Dictionary(uniqueKeysWithValues: (450..<500).map { ("key\($0 % 50)", JSON.integer(Int64($0))) })
        #expect(try canonical("{\(members)}") == JSON.object(expected).description)
    }

    @Test("Integers of 64 bits without sign are kept as they are")
    func unsigned() throws {
        #expect(
            try canonical("[18446744073709551615, 9223372036854775808, -1, 1.0, 1e2]")
                == "[18446744073709551615,9223372036854775808,-1,1.0,100.0]"
        )
    }
}
