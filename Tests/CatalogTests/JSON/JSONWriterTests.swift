import Testing

@testable import Catalog

@Suite struct JSONWriterTests {
    static let escapes: [(String, String)] = [
        ("\"", "\\\""), ("\\", "\\\\"), ("\u{1F}", "\\u001f"), ("\u{0}", "\\u0000"), ("é", "é"), ("\u{7F}", "\u{7F}"),
        (" ", " "), ("!", "!"), ("#", "#"), ("[", "["), ("]", "]"),
    ]

    @Test("A byte that needs an escape is found at every place of a string of every length", arguments: escapes)
    func escaped(character: String, text: String) {
        var writer = JSONWriter(capacity: 1)
        for length in 0..<20 {
            for place in 0...length {
                let (before, after) = (
                    String(repeating: "a", count: place), String(repeating: "b", count: length - place)
                )
                writer.clear()
                writer.append(string: before + character + after)
                #expect(writer.bytes == Array("\"\(before)\(text)\(after)\"".utf8))
            }
        }
    }

    @Test("Integers of every length", arguments: 0..<20)
    func integers(digits: Int) {
        let value = (0..<digits).reduce(UInt64(1)) { value, _ in value &* 10 }
        var writer = JSONWriter()
        for value in [value, value - 1, .max] {
            writer.clear()
            writer.append(value)
            #expect(writer.bytes == Array("\(value)".utf8))
        }
    }

    @Test("The buffer grows and is reused")
    func grows() {
        var writer = JSONWriter(capacity: 1)
        let text = String(repeating: "x\n", count: 10_000)
        for _ in 0..<2 {
            writer.clear()
            writer.append(string: text)
            #expect(writer.count == 30_002)
            #expect(writer.withBytes { $0.last } == UInt8(ascii: "\""))
        }
    }
}
