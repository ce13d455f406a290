extension [UInt8] {
    /// Appends bytes of JSON as they stand.
    mutating func append(json text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends `text` as a JSON string.
    mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case UInt8(ascii: "\n"): append(json: "\\n")
            case 0..<0x20:
                append(json: "\\u00")
                append(Self.hexadecimal[Int(byte >> 4)])
                append(Self.hexadecimal[Int(byte & 15)])
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends `texts` as a JSON array of strings.
    mutating func append(quoted texts: some Sequence<String>) {
        append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            append(quoted: text)
        }
        append(UInt8(ascii: "]"))
    }

    private static let hexadecimal = [UInt8]("0123456789abcdef".utf8)
}
