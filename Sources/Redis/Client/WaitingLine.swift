internal import NIOCore

/// Requests that wait for a connection, in order.
struct WaitingLine<Request> {
    private struct Entry {
        let id: UInt64
        let deadline: NIODeadline
        let request: Request
    }

    private var entries = CircularBuffer<Entry>()

    /// When the first of them gives up. All wait equally long, so it is the first in line.
    var nextDeadline: NIODeadline? { entries.first?.deadline }

    mutating func append(_ request: Request, id: UInt64, deadline: NIODeadline) {
        entries.append(Entry(id: id, deadline: deadline, request: request))
    }

    mutating func takeAll() -> [Request] {
        defer { entries.removeAll() }
        return entries.map(\.request)
    }

    mutating func takeExpired(now: NIODeadline) -> [Request] {
        let expired = entries.filter { $0.deadline <= now }
        guard !expired.isEmpty else { return [] }
        entries.removeAll { $0.deadline <= now }
        return expired.map(\.request)
    }

    mutating func take(id: UInt64) -> Request? {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return nil }
        return entries.remove(at: index).request
    }
}
