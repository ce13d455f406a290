internal import NIOCore

/// Hands requests to the shared connection while there is one, and keeps them in order while there is none.
///
/// Lives on one event loop.
final class CommandQueue {
    private let place: String
    /// Whether requests wait for the next attempt to connect when one has failed.
    private let isPatient: Bool
    private let eventLoop: any EventLoop
    private var connection: RedisChannelHandler?
    private var waiting = WaitingLine<RedisRequest>()
    private var timer: Scheduled<Void>?
    private var timerDeadline: NIODeadline?
    /// Why there is no connection; nil before the first attempt.
    private var lastFailure: RedisError?
    private var isStopped = false

    init(place: String, isPatient: Bool, eventLoop: any EventLoop) {
        self.place = place
        self.isPatient = isPatient
        self.eventLoop = eventLoop
    }

    func send(_ requests: [RedisRequest]) {
        for request in requests {
            if isStopped {
                request.caller.resume(.failure(.shutdown()))
            } else if connection?.write(request) != true {
                waiting.append(request, id: request.id, deadline: request.content.deadline)
            }
        }
        connection?.flush()
        setTimer()
    }

    /// Sends a request only if that can be done at once, on a connection to this server.
    func sendNow(_ request: RedisRequest, to address: RedisAddress) -> Bool {
        guard let connection, connection.address == address, connection.write(request) else { return false }
        connection.flush()
        return true
    }

    func cancel(id: UInt64) {
        if let request = waiting.take(id: id) {
            request.caller.resume(.failure(.cancelled()))
        } else {
            connection?.cancel(id: id)
        }
    }

    func connected(_ connection: RedisChannelHandler) {
        guard !isStopped else {
            return connection.close(.shutdown())
        }
        self.connection = connection
        lastFailure = nil
        send(waiting.takeAll())
    }

    func disconnected() {
        connection = nil
    }

    /// Requests go on waiting for the next attempt, unless it would end alike.
    func connectionFailed(_ error: RedisError) {
        lastFailure = error
        if error.isLasting || !isPatient {
            fail(waiting.takeAll(), error)
        }
    }

    func stop() {
        isStopped = true
        timer?.cancel()
        fail(waiting.takeAll(), .shutdown())
        connection?.close(.shutdown())
        connection = nil
    }

    // MARK: - Inside

    private func setTimer() {
        guard let deadline = waiting.nextDeadline else { return }
        if let timerDeadline, timerDeadline <= deadline { return }
        timer?.cancel()
        timerDeadline = deadline
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.deadlinePassed()
        }
    }

    private func deadlinePassed() {
        timerDeadline = nil
        let expired = waiting.takeExpired(now: .now())
        if !expired.isEmpty {
            fail(expired, waitedInVain)
        }
        setTimer()
    }

    private var waitedInVain: RedisError {
        if let lastFailure, lastFailure.code == .connectionFailed {
            return lastFailure
        }
        return RedisError(
            .connectionFailed,
            "No connection to Redis at \(place): \(lastFailure?.message ?? "none was made in time")",
            underlying: lastFailure
        )
    }

    private func fail(_ requests: [RedisRequest], _ error: RedisError) {
        for request in requests {
            request.caller.resume(.failure(error))
        }
    }
}
