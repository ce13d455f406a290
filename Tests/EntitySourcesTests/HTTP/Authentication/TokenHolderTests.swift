import Ingestion
import Synchronization
import TestSupport
import Testing

@testable import EntitySources

@Suite struct TokenHolderTests {
    /// Gives out tokens when it is told to.
    private final class SlowIssuer: TokenIssuer {
        let asked = Mutex(0)
        let gate = Mutex<[CheckedContinuation<String, any Error>]>([])

        func issue() async throws -> FetchedToken {
            asked.withLock { $0 += 1 }
            let token = try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in gate.withLock { $0.append(continuation) } }
            } onCancel: {
                answer(.failure(CancellationError()))
            }
            return FetchedToken(token, lifetime: nil, now: 0)
        }

        func answer(_ result: Result<String, any Error>) {
            for waiting in gate.withLock({ gate in
                defer { gate = [] }
                return gate
            }) { waiting.resume(with: result) }
        }

        /// Waits until a request is there.
        func isAsked(times: Int) async throws {
            try await eventually { asked.withLock { $0 } == times && gate.withLock { !$0.isEmpty } }
        }
    }

    /// A clock that each who asks for a token looks at first, and so can be counted by.
    private final class Looks: Sendable {
        private let count = Mutex(0)

        func now() -> Int64 {
            count.withLock { $0 += 1 }
            return 0
        }

        func are(_ expected: Int) async throws {
            try await eventually { count.withLock { $0 } == expected }
        }
    }

    @Test("whoever waits for a token shares the failure to get it, and later ones ask again")
    func sharedFailure() async throws {
        let issuer = SlowIssuer()
        let looks = Looks()
        let holder = TokenHolder(issuer, fetched: FetchedSecrets(), now: looks.now)
        await withTaskGroup(of: SourceError.Code?.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do {
                        _ = try await holder.token()
                        return nil
                    } catch {
                        return (error as? SourceError)?.code
                    }
                }
            }
            try? await looks.are(5)
            try? await issuer.isAsked(times: 1)
            issuer.answer(.failure(SourceError(.unauthorized, "no")))
            for await code in group { #expect(code == .unauthorized) }
        }
        #expect(issuer.asked.withLock { $0 } == 1)
        async let token = holder.token()
        try await issuer.isAsked(times: 2)
        issuer.answer(.success("a"))
        #expect(try await token == "a")
    }

    @Test("when the task that asks is cancelled, one that waits asks in its place")
    func cancelledFetch() async throws {
        let issuer = SlowIssuer()
        let looks = Looks()
        let holder = TokenHolder(issuer, fetched: FetchedSecrets(), now: looks.now)
        let first = Task { try await holder.token() }
        try await issuer.isAsked(times: 1)
        async let second = holder.token()
        let third = Task { try await holder.token() }
        try await looks.are(3)
        third.cancel()
        await #expect(throws: CancellationError.self) { try await third.value }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        try await issuer.isAsked(times: 2)
        issuer.answer(.success("a"))
        #expect(try await second == "a")
    }
}
