internal import CHiredis

/// Puts one reply together while hiredis walks over it: its object functions call here, so that no `redisReply` is built.
struct RESPBuilder {
    /// An array that is not complete yet.
    private struct Frame {
        var elements: [RESPValue]
        let count: Int
    }

    private let limits: RESPLimits
    private var frames: [Frame] = []
    private var bytes = 0
    private var completed: RESPValue?
    /// Why a value was refused; hiredis itself would report that it is out of memory.
    private(set) var failure: RESPProtocolError?

    init(limits: RESPLimits) {
        self.limits = limits
    }

    /// Hands the finished reply over; nil when hiredis made an object that did not pass through here.
    mutating func take() -> RESPValue? {
        guard frames.isEmpty else { return nil }
        bytes = 0
        return completed.take()
    }

    // MARK: - What hiredis reports

    /// - Returns: whether reading can go on; ``failure`` says why not.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>, type: Int32) -> Bool {
        guard reserve(text.count) else { return false }
        switch type {
        case REDIS_REPLY_STRING: add(.bulkString(Array(text)))
        case REDIS_REPLY_STATUS: add(.simpleString(String(decoding: text, as: UTF8.self)))
        case REDIS_REPLY_ERROR: add(.error(RedisServerError(message: String(decoding: text, as: UTF8.self))))
        default: return refuse(RESPProtocolError(code: .malformed, message: "a reply of type \(type), not of RESP2"))
        }
        return true
    }

    mutating func add(integer: Int64) -> Bool {
        add(.integer(integer))
        return true
    }

    mutating func addNull() -> Bool {
        add(.null)
        return true
    }

    mutating func beginArray(count: Int) -> Bool {
        guard frames.count < limits.depth else {
            return refuse(.tooDeep(limit: limits.depth))
        }
        guard count <= limits.elements else {
            return refuse(.tooManyElements(count, limit: limits.elements))
        }
        guard reserve(count * MemoryLayout<RESPValue>.stride) else { return false }
        guard count > 0 else {
            add(.array([]))
            return true
        }
        var elements: [RESPValue] = []
        elements.reserveCapacity(count)
        frames.append(Frame(elements: elements, count: count))
        return true
    }

    // MARK: - Building

    private mutating func add(_ value: RESPValue) {
        guard !frames.isEmpty else {
            completed = value
            return
        }
        let last = frames.count - 1
        frames[last].elements.append(value)
        if frames[last].elements.count == frames[last].count, let frame = frames.popLast() {
            add(.array(frame.elements))
        }
    }

    private mutating func reserve(_ count: Int) -> Bool {
        bytes += count
        return bytes <= limits.bytes || refuse(.tooManyBytes(limit: limits.bytes))
    }

    private mutating func refuse(_ reason: RESPProtocolError) -> Bool {
        failure = failure ?? reason
        return false
    }
}
