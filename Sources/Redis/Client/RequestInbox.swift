/// Requests on their way to the event loop: any thread puts them in, and one turn of the loop takes all of them out.
struct RequestInbox: ~Copyable {
    private var requests: [RedisRequest] = []
    private var isTurnScheduled = false

    /// - Returns: whether a turn of the event loop has to be scheduled.
    mutating func add(_ request: RedisRequest) -> Bool {
        requests.append(request)
        defer { isTurnScheduled = true }
        return !isTurnScheduled
    }

    mutating func takeAll() -> [RedisRequest] {
        isTurnScheduled = false
        defer { requests = [] }
        return requests
    }
}
