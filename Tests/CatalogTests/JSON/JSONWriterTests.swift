import Testing

@testable import Catalog

@Suite struct JSONWriterTests {
    @Test("A byte that needs an escape is found at every place of a string of every length")
    func escapes() throws {
        for length in 0..<40 {
            for place in 0..<max(length, 1) {
                for special in ["\"", "\\", "\u{1F}", "\u{0}", "é", "\u{80}", "\u{7F}", " ", "!", "#", "[", "]"] {
                    var characters = Array(repeating: "a", count: length)
                    if length > 0 { characters[place] = special }
                    let string = characters.joined()
                    var writer = JSONWriter(capacity: 1)
                    writer.append(string: string)
                    let escaped =
                        string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                        .replacing("\u{1F}", with: "\\u001f").replacing("\u{0}", with: "\\u0000")
                    #expect(writer.bytes == Array("\"\(escaped)\"".utf8))
                }
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
