import NIOCore
import Synchronization
import Testing

@testable import Redis

@Suite("RedisRequest")
struct RedisRequestTests {
    /// Requests that were handed over and are neither answered nor cancelled.
    private final class Pending: Sendable {
        private let requests = Mutex<[UInt64: RedisRequest]>([:])

        func add(_ request: RedisRequest) {
            requests.withLock { $0[request.id] = request }
        }

        func cancel(id: UInt64) {
            requests.withLock { $0.removeValue(forKey: id) }?.caller.resume(.failure(.cancelled()))
        }
    }

    private static let content = RedisRequest.Content(RedisCommand("PING"), timeout: .seconds(1))

    @Test("a pipeline carries its commands in order")
    func pipelines() {
        let commands = ["A", "B", "C"].map { RedisCommand($0) }
        let content = RedisRequest.Content(pipeline: commands, timeout: .seconds(1))
        #expect(content.pipelineCount == 3)
        #expect(content.buffers == WireBuffers(commands))
    }

    @Test("an endless timeout does not overflow")
    func endless() {
        #expect(NIODeadline.after(.seconds(Int64.max)) > .now())
    }

    @Test("a cancelled task sends nothing")
    func cancelledBefore() async {
        let error = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await #expect(throws: RedisError.self) {
                try await RedisRequest.perform(Self.content) { _ in
                    Issue.record("sent")
                } cancel: { _ in
                }
            }
        }.value
        #expect(error?.code == .cancelled)
    }

    @Test("a cancellation while the request is handed over is heard")
    func cancelledMeanwhile() async {
        let pending = Pending()
        let error = await Task {
            await #expect(throws: RedisError.self) {
                try await RedisRequest.perform(Self.content) { request in
                    withUnsafeCurrentTask { $0?.cancel() }
                    pending.add(request)
                } cancel: { id in
                    pending.cancel(id: id)
                }
            }
        }.value
        #expect(error?.code == .cancelled)
    }
}
