internal import Logging
internal import Redis
internal import Synchronization

/// The right to consume one provider: a key in Redis with the holder's token and a time to live.
struct ConsumerLease<LeaseClock: Clock<Duration>>: Sendable {
    let redis: RedisClient
    let key: String
    /// Unique for each consumer.
    let holder: String
    let duration: Duration
    let clock: LeaseClock
    let logger: Logger

    /// Runs `body` while the lease is held, and gives it up after.
    ///
    /// The lease is renewed at a third of its length. When it was lost, or could not be renewed for as long as it lasts by this
    /// process' own clock, the task of `body` is cancelled and the error has the code `leaseLost`.
    ///
    /// - Returns: false when another holder has it; `body` was not run.
    func hold(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
        let asked = clock.now
        guard try await evaluate(ConsumerScripts.acquire) else { return false }
        let deadline = Deadline(asked.advanced(by: duration))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await renew(deadline) }
                group.addTask { try await expire(deadline) }
                group.addTask { try await body() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            await release()
            throw error
        }
        await release()
        return true
    }

    /// The lease ends in Redis later than here: the time runs there from when the command arrived.
    private final class Deadline: Sendable {
        private let instant: Mutex<LeaseClock.Instant>

        init(_ instant: LeaseClock.Instant) {
            self.instant = Mutex(instant)
        }

        var value: LeaseClock.Instant {
            get { instant.withLock { $0 } }
            set { instant.withLock { $0 = newValue } }
        }
    }

    private func renew(_ deadline: Deadline) async throws {
        var pause = duration / 3
        while true {
            try await clock.sleep(for: pause)
            let asked = clock.now
            do {
                guard try await evaluate(ConsumerScripts.renew) else {
                    throw ConsumerError(.leaseLost, "The lease \(key) was taken over.")
                }
                deadline.value = asked.advanced(by: duration)
                pause = duration / 3
            } catch let error as RedisError {
                logger.warning("a lease could not be renewed", metadata: [LogKey.error: "\(error)"])
                pause = duration / 10
            }
        }
    }

    private func expire(_ deadline: Deadline) async throws {
        while case let end = deadline.value, clock.now < end {
            try await clock.sleep(until: end, tolerance: nil)
        }
        throw ConsumerError(.leaseLost, "The lease \(key) ran out before it could be renewed.")
    }

    private func release() async {
        // Not a child of this task, which may be cancelled: the next consumer need not wait for the lease to run out.
        await Task {
            do {
                _ = try await evaluate(ConsumerScripts.release)
            } catch {
                logger.info("a lease was left to run out", metadata: [LogKey.error: "\(error)"])
            }
        }.value
    }

    private func evaluate(_ script: RedisScript) async throws(RedisError) -> Bool {
        let milliseconds = Int64(duration / .milliseconds(1))
        let reply = try await redis.evaluate(script, keys: [key]) { arguments in
            arguments.append(holder)
            arguments.append(milliseconds)
        }
        return reply.int == 1
    }
}
