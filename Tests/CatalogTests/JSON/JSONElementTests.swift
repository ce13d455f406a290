import Testing

@testable import Catalog

@Suite struct JSONElementTests {
    static let text = """
        {"s":"é\\n","i":-3,"u":18446744073709551615,"d":1.5,"t":true,"f":false,"n":null,"a":[1,[2,3],{"x":4},5],"o":{"s":1},
         "s":"last"}
        """

    private func withRoot<R>(_ text: String = text, _ body: (JSONElement) throws -> R) throws -> R {
        var document = JSONDocument()
        try document.parse(Array(text.utf8))
        return try document.withRoot(body)
    }

    @Test("Each kind of value gives what it is and nothing else")
    func kinds() throws {
        try withRoot { root in
            #expect(root.kind == .object && root["a"]?.kind == .array && root["s"]?.kind == .string)
            #expect(root["i"]?.integer == -3 && root["i"]?.number == -3 && root["i"]?.unsigned == nil)
            #expect(root["u"]?.kind == .unsigned && root["u"]?.unsigned == .max && root["u"]?.integer == nil)
            #expect(root["d"]?.number == 1.5 && root["d"]?.integer == nil)
            #expect(root["t"]?.bool == true && root["f"]?.bool == false && root["n"]?.isNull == true)
            #expect(root["n"]?.bool == nil && root["n"]?.string == nil && root["n"]?.number == nil)
            #expect(root["missing"] == nil && root["i"]?["x"] == nil)
        }
    }

    @Test("Of duplicate keys the last is found, and all are walked")
    func duplicates() throws {
        try withRoot { root in
            #expect(root["s"]?.string == "last")
            #expect(root.members.map { String(decoding: $0.key, as: UTF8.self) }.filter { $0 == "s" }.count == 2)
        }
    }

    @Test("The elements of an array are walked across what is nested in them; a scalar has none")
    func elements() throws {
        try withRoot { root in
            let array = try #require(root["a"])
            #expect(try array.elements.map { try $0.value() } == [1, [2, 3], ["x": 4], 5])
            #expect(try #require(root["i"]).elements.map(\.kind).isEmpty)
            #expect(try #require(root["s"]).members.map(\.value.kind).isEmpty)
            #expect(try #require(root["o"]).elements.map(\.kind).isEmpty)
        }
    }

    @Test("A subtree is printed compactly in the order of its text, unsigned integers and duplicates included")
    func text() throws {
        var writer = JSONWriter()
        writer.append("what was there before is lost")
        let texts = try withRoot(#" { "b" : 18446744073709551615 , "a" : [ 1.50 , "\u0041" , { } ] , "b" : null } "#) {
            root in
            [root.text(using: &writer), try #require(root["a"]).text(using: &writer)]
        }
        #expect(
            texts.map(\.description) == [#"{"b":18446744073709551615,"a":[1.5,"A",{}],"b":null}"#, #"[1.5,"A",{}]"#]
        )
    }
}
