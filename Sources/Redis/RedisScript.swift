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

    /// With the source as the build embeds it.
    package init(name: String, bytes: [UInt8]) {
        self.init(name: name, source: String(decoding: bytes, as: UTF8.self))
    }
}
