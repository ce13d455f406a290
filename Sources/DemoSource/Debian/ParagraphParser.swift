#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Reads paragraphs of `Field: value` lines (deb822) as their bytes arrive, in pieces of any size.
///
/// A line that begins with a space or a tab continues the field above it; an empty line ends the paragraph.
package struct ParagraphParser {
    private var partialLine: [UInt8] = []
    private var paragraph: DebianParagraph = [:]
    private var field: DebianField?

    package init() {}

    /// Takes the next bytes and hands over each paragraph that they complete.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer, emit: (DebianParagraph) -> Void) {
        var start = 0
        while start < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard let length = rest.offset(of: UInt8(ascii: "\n")) else {
                partialLine.append(contentsOf: rest)
                return
            }
            let line = UnsafeRawBufferPointer(rebasing: rest[..<length])
            if partialLine.isEmpty {
                take(line, emit: emit)
            } else {
                var whole: [UInt8] = []
                swap(&whole, &partialLine)
                whole.append(contentsOf: line)
                whole.withUnsafeBytes { take($0, emit: emit) }
            }
            start += length + 1
        }
    }

    /// Ends the input: the last line may lack its newline, the last paragraph its empty line.
    package mutating func finish(emit: (DebianParagraph) -> Void) {
        let line = partialLine
        partialLine = []
        if !line.isEmpty { line.withUnsafeBytes { take($0, emit: emit) } }
        endParagraph(emit: emit)
    }

    private mutating func take(_ line: UnsafeRawBufferPointer, emit: (DebianParagraph) -> Void) {
        let line = line.trimmed
        guard let first = line.first else {
            endParagraph(emit: emit)
            return
        }
        if first.isBlank {
            if let field { paragraph[field, default: ""] += "\n" + line.text }
            return
        }
        guard let colon = line.offset(of: UInt8(ascii: ":")) else {
            field = nil
            return
        }
        field = DebianField(rawValue: UnsafeRawBufferPointer(rebasing: line[..<colon]).text)
        if let field { paragraph[field] = UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]).text }
    }

    private mutating func endParagraph(emit: (DebianParagraph) -> Void) {
        if !paragraph.isEmpty { emit(paragraph) }
        paragraph = [:]
        field = nil
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}

extension UnsafeRawBufferPointer {
    /// memchr, because a loop over 50 MB is what reading the index would otherwise consist of.
    fileprivate func offset(of byte: UInt8) -> Int? {
        guard let baseAddress, let found = memchr(baseAddress, Int32(byte), count) else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }

    /// The line without a carriage return or blanks at its end; a line of blanks is empty.
    fileprivate var trimmed: UnsafeRawBufferPointer {
        var end = count
        while end > 0, self[end - 1].isBlank || self[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[..<end])
    }

    /// The text, without blanks before it; what is not UTF-8 is replaced.
    fileprivate var text: String {
        String(decoding: self.drop(while: \.isBlank), as: UTF8.self)
    }
}
