/// What one reply may cost. hiredis itself has no such guards: it accepts `*2147483647`.
struct RESPLimits: Sendable, Hashable {
    /// Bytes of one reply: what is buffered of it, and what was built from it.
    var bytes: Int
    /// Elements of one array.
    var elements: Int
    /// Arrays in arrays. hiredis 0.14 knows no more, 1.x has no limit of its own.
    var depth = 8
}

extension RESPLimits {
    init(_ configuration: RedisConfiguration) {
        self.init(bytes: configuration.maximumReplyBytes, elements: configuration.maximumReplyElements)
    }
}
