internal import Catalog

/// The JSON document of a page: on a tape where it can be read into one exactly as libjq reads it, else as libjq's value.
struct PageDocument: ~Copyable {
    private var tape: JSONDocument

    init(maximumBytes: Int) {
        tape = JSONDocument(maximumBytes: max(maximumBytes, 1_024))
    }

    /// Parses a text, and lends its value.
    ///
    /// - Throws: `JQError` with line and column for what is not JSON; what `body` throws.
    mutating func withValue<Result>(of text: [UInt8], _ body: (borrowing PageValue) throws -> Result) throws -> Result {
        guard (try? tape.parse(text)) != nil, !PageDocument.hasNegativeZero(text) else {
            // Too deep, a number out of range, invalid UTF-8, half a surrogate pair, …: libjq takes some of it.
            return try body(.jq(JQParser.parse(text)))
        }
        return try tape.withRoot { try body(.compiled(CompiledValue($0))) }
    }

    /// Whether there may be a number -0, which a tape does not tell from 0.
    private static func hasNegativeZero(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { text in
            var index = 0
            while let minus = text[index...].firstIndex(of: UInt8(ascii: "-")) {
                index = minus + 1
                guard index < text.count, text[index] == UInt8(ascii: "0") else { continue }
                let isNumber = minus == 0 || " \t\n\r:,[".utf8.contains(text[minus - 1])
                let isWhole = index + 1 == text.count || " \t\n\r,]}".utf8.contains(text[index + 1])
                if isNumber, isWhole { return true }
            }
            return false
        }
    }
}
