/// What a server of a cluster answers in place of a reply.
enum Redirection: Equatable {
    /// The slot belongs to another server from now on.
    case moved(HashSlot, RedisAddress)
    /// The slot is on its way, and this key has arrived: ask there, this once.
    case ask(RedisAddress)
    /// The keys of the slot are partly here and partly there, or the slot is served by nobody: it passes.
    case later

    /// - Parameter server: who answered. A redirection without a host means another port of the same.
    init?(_ error: RedisServerError, from server: RedisAddress) {
        let words = error.message.split(separator: " ")
        switch (error.prefix, words.count) {
        case ("MOVED", 3):
            guard let slot = Int(words[1]).flatMap(HashSlot.init), let address = Self.address(words[2], server) else {
                return nil
            }
            self = .moved(slot, address)
        case ("ASK", 3):
            guard let address = Self.address(words[2], server) else { return nil }
            self = .ask(address)
        case ("TRYAGAIN", _), ("CLUSTERDOWN", _), ("MASTERDOWN", _), ("LOADING", _):
            self = .later
        default:
            return nil
        }
    }

    /// IPv6 addresses come without brackets, so the last colon counts.
    private static func address(_ text: Substring, _ server: RedisAddress) -> RedisAddress? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        if !text[..<colon].isEmpty, text[..<colon] != "?" {
            return .tcp(host: String(text[..<colon]), port: port)
        }
        guard case .tcp(let host, _) = server else { return nil }
        return .tcp(host: host, port: port)
    }
}
