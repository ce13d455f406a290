import Testing

@testable import Catalog

@Suite struct JSONFuzzTests {
    @Test("What is printed reads back the same, in whatever order, spacing and escapes it is written", arguments: 0..<8)
    func printAndParse(seed: UInt64) throws {
        var generator = JSONGenerator(seed: seed)
        var document = JSONDocument()
        var canonicalizer = JSONCanonicalizer()
        var writer = JSONWriter()
        for _ in 0..<150 {
            let value = generator.value()
            let canonical = value.bytes
            #expect(try JSON(parsing: canonical) == value)

            try document.parse(Array(generator.text(of: value).utf8))
            canonicalizer.output.clear()
            writer.clear()
            try document.withRoot { (root) throws in
                #expect(try root.value() == value)
                canonicalizer.write(root)
                root.write(to: &writer)
            }
            #expect(canonicalizer.output.bytes == canonical)
            #expect(try JSON(parsing: writer.bytes) == value)
        }
    }

    @Test("Random bytes never crash the parser, and what it takes it prints and takes again", arguments: 0..<4)
    func noise(seed: UInt64) throws {
        var generator = JSONGenerator(seed: seed &+ 1000)
        let alphabet = Array("{}[]\",:0123456789.eE+-\\u\"truefalsn \n\u{1}é".utf8) + [0xFF, 0xED, 0xA0]
        for _ in 0..<2000 {
            let length = Int.random(in: 0..<24, using: &generator)
            let text = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            guard let value = try? JSON(parsing: text) else { continue }
            #expect(try JSON(parsing: value.bytes) == value)
        }
    }
}
