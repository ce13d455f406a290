import Testing

@testable import Catalog

@Suite struct JSONDocumentTests {
    @Test("One document reads one text after another, also after a text that it refused")
    func reuse() throws {
        var document = JSONDocument()
        for count in [1, 1000, 3, 100_000] {
            try document.parse(Array(JSON.array(Array(repeating: "x", count: count)).bytes))
            #expect(document.withRoot { $0.elements.reduce(0) { count, _ in count + 1 } } == count)
            #expect(throws: JSONError.self) { try document.parse(Array("[1".utf8)) }
        }
    }

    @Test("A text above the limit is refused, one at the limit is read")
    func size() throws {
        var document = JSONDocument(maximumBytes: 100)
        try document.parse(Array(("\"" + String(repeating: "a", count: 98) + "\"").utf8))
        let error = #expect(throws: JSONError.self) {
            try document.parse(Array(("\"" + String(repeating: "a", count: 99) + "\"").utf8))
        }
        #expect(error?.code == .size)
    }

    @Test("The limit of nesting can be another")
    func depth() throws {
        var document = JSONDocument(maximumDepth: 2)
        try document.parse(Array("[[1]]".utf8))
        let error = #expect(throws: JSONError.self) { try document.parse(Array("[[[1]]]".utf8)) }
        #expect(error?.code == .depth && error?.offset == 2)
    }
}
