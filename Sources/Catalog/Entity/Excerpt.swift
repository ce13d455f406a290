/// The start of what came from outside, short enough for a message.
enum Excerpt {
    /// At most `limit` bytes of UTF-8 text, ended before a character that the limit would split.
    static func start(of bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> String {
        var length = min(bytes.count, limit)
        if length < bytes.count {
            while length > 0, bytes[length] & 0xC0 == 0x80 { length -= 1 }
        }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes.prefix(length)), as: UTF8.self)
    }

    /// The start of a text in quotes, escaped as in JSON.
    static func quoted(_ text: String, limit: Int = 80) -> String {
        var text = text
        return text.withUTF8 { bytes in
            let start = start(of: bytes, limit: limit)
            return JSON.string(start.utf8.count < bytes.count ? start + "…" : start).description
        }
    }
}
