/// Whom of several servers to ask next about a topology, and which of their answers to believe.
///
/// Each has its own view, numbered by an epoch that every failover raises; a server that was cut off has an old one.
struct AskingOrder: Sendable {
    enum Verdict: Equatable {
        case believe
        /// Another answered before from a later epoch: ask on.
        case outdated
    }

    /// In the order in which they are to be asked.
    private(set) var addresses: [RedisAddress]
    private var failing: Set<RedisAddress> = []
    private var epoch: Int64 = 0

    init(_ addresses: [RedisAddress]) {
        self.addresses = addresses
    }

    /// The next question goes to another first, so that one server's view cannot last.
    mutating func answered(_ address: RedisAddress, epoch answer: Int64) -> Verdict {
        failing.remove(address)
        move(address)
        guard answer >= epoch else { return .outdated }
        epoch = answer
        return .believe
    }

    /// It is asked again only after all others.
    mutating func failed(_ address: RedisAddress) {
        failing.insert(address)
        move(address)
    }

    /// All that can be reached say less than was known: they were set up anew, and epochs with them.
    mutating func restart(at answer: Int64) {
        epoch = answer
    }

    /// Asks these as well from now on, and nobody else but `always`.
    mutating func learn(_ known: [RedisAddress], always: [RedisAddress]) {
        let wanted = known + always.filter { !known.contains($0) }
        addresses = addresses.filter(wanted.contains) + wanted.filter { !addresses.contains($0) }
        failing.formIntersection(wanted)
        addresses = addresses.filter { !failing.contains($0) } + addresses.filter(failing.contains)
    }

    private mutating func move(_ address: RedisAddress) {
        guard addresses.contains(address) else { return }
        addresses.removeAll { $0 == address }
        let end = failing.contains(address) ? nil : addresses.firstIndex(where: failing.contains)
        addresses.insert(address, at: end ?? addresses.endIndex)
    }
}
