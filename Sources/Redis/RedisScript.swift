/// A Lua script. It is sent by its digest, and loaded when the server does not know it.
package struct RedisScript: Sendable {
    /// For messages and logs.
    package let name: String
    package let source: String
    /// 40 hexadecimal digits, lower case: what `EVALSHA` takes.
    package let sha1: String

    package init(name: String, source: String) {
        self.name = name
        self.source = source
        sha1 = SHA1.hexadecimalDigest(of: source.utf8)
    }

    /// A script whose own text comes after texts that it shares with others.
    ///
    /// If the own text begins with a line `#!lua flags=…`, this is the first line of the whole: Redis looks for it nowhere else.
    package init(name: String, shared: [UInt8], own: [UInt8]) {
        let own = String(decoding: own, as: UTF8.self)
        let flags = Self.flags(of: own)
        self.init(name: name, source: flags + String(decoding: shared, as: UTF8.self) + own.dropFirst(flags.count))
    }

    /// The first line, with its end, if it is one that tells Redis what the script may do; otherwise empty.
    package var flags: String { Self.flags(of: source) }

    private static func flags(of source: String) -> String {
        guard source.hasPrefix("#!"), let end = source.firstIndex(of: "\n") else { return "" }
        return String(source[...end])
    }

    /// With the source as the build embeds it.
    package init(name: String, bytes: [UInt8]) {
        self.init(name: name, source: String(decoding: bytes, as: UTF8.self))
    }
}
