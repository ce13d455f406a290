internal import NIOCore

/// Finds where commands and replies end, as far as a proxy has to know.
enum RESPFrame {
    /// Takes the first whole command or reply off the buffer; nil while there is none.
    static func next(of bytes: inout ByteBuffer) -> ByteBuffer? {
        guard let end = end(of: bytes, at: bytes.readerIndex) else { return nil }
        return bytes.readSlice(length: end - bytes.readerIndex)
    }

    /// The first words of a command.
    static func words(of command: ByteBuffer, atMost count: Int) -> [String] {
        var words: [String] = []
        guard let header = line(of: command, at: command.readerIndex) else { return [] }
        var index = header.next
        while words.count < count, let length = line(of: command, at: index), let number = length.number {
            words.append(command.getString(at: length.next, length: number) ?? "")
            index = length.next + number + 2
        }
        return words
    }

    private static func end(of bytes: ByteBuffer, at start: Int) -> Int? {
        guard let line = line(of: bytes, at: start) else { return nil }
        switch (bytes.getInteger(at: start, as: UInt8.self), line.number) {
        case (UInt8(ascii: "$"), let length?) where length >= 0:
            let end = line.next + length + 2
            return end <= bytes.writerIndex ? end : nil
        case (UInt8(ascii: "*"), let count?) where count > 0:
            var next = line.next
            for _ in 0..<count {
                guard let end = end(of: bytes, at: next) else { return nil }
                next = end
            }
            return next
        default: return line.next
        }
    }

    /// Where the line ends that begins at `start`, and the number in it.
    private static func line(of bytes: ByteBuffer, at start: Int) -> (next: Int, number: Int?)? {
        guard start < bytes.writerIndex,
            let rest = bytes.viewBytes(at: start, length: bytes.writerIndex - start),
            let newline = rest.firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        let digits = rest[rest.index(after: rest.startIndex)..<newline].prefix { $0 != UInt8(ascii: "\r") }
        return (newline + 1, Int(String(decoding: digits, as: UTF8.self)))
    }
}
