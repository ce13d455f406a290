internal import Synchronization

/// Asks servers in turn until one answers from the latest epoch that is known.
final class TopologyInquiry: Sendable {
    /// What a server said, and as of which epoch.
    struct Answer<Content: Sendable>: Sendable {
        let content: Content
        let epoch: Int64
    }

    private let order: Mutex<AskingOrder>

    init(_ addresses: [RedisAddress]) {
        order = Mutex(AskingOrder(addresses))
    }

    /// - Throws: the error of the one asked first, when none answers.
    func ask<Content: Sendable>(
        _ question: (RedisAddress) async throws(RedisError) -> Answer<Content>
    ) async throws(RedisError) -> Content {
        var outdated: Answer<Content>?
        var failure: RedisError?
        for address in order.withLock({ $0.addresses }) {
            do throws(RedisError) {
                let answer = try await question(address)
                if order.withLock({ $0.answered(address, epoch: answer.epoch) }) == .believe { return answer.content }
                if answer.epoch > outdated?.epoch ?? -1 { outdated = answer }
            } catch {
                if error.code == .cancelled { throw error }
                order.withLock { $0.failed(address) }
                // What waiting does not mend tells more than that another cannot be reached.
                if failure == nil || error.isLasting { failure = error }
            }
        }
        if let outdated {
            order.withLock { $0.restart(at: outdated.epoch) }
            return outdated.content
        }
        throw failure ?? .shutdown()
    }

    /// Asks these as well from now on, and nobody else but `always`.
    func learn(_ known: [RedisAddress], always: [RedisAddress]) {
        order.withLock { $0.learn(known, always: always) }
    }
}
