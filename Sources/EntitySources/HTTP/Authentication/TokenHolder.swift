internal import Ingestion
internal import Synchronization

/// A source's access token: fetched when it is needed, by one request at a time, and kept in memory alone.
final class TokenHolder: Sendable {
    private struct State {
        var token: FetchedToken?
        /// The last ones: an answer that is on its way may still contain the one before.
        var known: [String] = []
        var isFetching = false
        var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var lastID: UInt64 = 0
        /// When the issuer may be asked again, and what it said: it wants to be left alone until then.
        var refusal: (until: Int64, error: SourceError)?
    }

    private enum Step {
        case use(String)
        case fetch
        case wait
    }

    private let issuer: any TokenIssuer
    private let fetched: FetchedSecrets
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())

    init(_ issuer: any TokenIssuer, fetched: FetchedSecrets, now: @escaping @Sendable () -> Int64) {
        self.issuer = issuer
        self.fetched = fetched
        self.now = now
    }

    /// The token to send now. Whoever comes while it is being fetched waits, and shares what comes of it.
    func token() async throws -> String {
        while true {
            switch try step() {
            case .use(let token): return token
            case .fetch: return try await fetch()
            case .wait: try await wait()
            }
        }
    }

    /// The source no longer accepts this token: another is fetched for the next request.
    func drop(_ token: String) {
        // Somebody else may have renewed it meanwhile.
        state.withLock { if $0.token?.value == token { $0.token = nil } }
    }

    private func step() throws -> Step {
        let now = now()
        return try state.withLock { state in
            if let token = state.token, token.usedUntil.map({ now < $0 }) ?? true { return .use(token.value) }
            if state.isFetching { return .wait }
            if let refusal = state.refusal, now < refusal.until {
                var error = refusal.error
                error.retryAfter = .seconds(refusal.until - now)
                throw error
            }
            state.isFetching = true
            return .fetch
        }
    }

    private func fetch() async throws -> String {
        let result: Result<FetchedToken, any Error>
        do {
            result = .success(try await issuer.issue())
        } catch {
            result = .failure(error)
        }
        let isOwnEnd = Task.isCancelled
        let waiting = state.withLock { state in
            state.isFetching = false
            switch result {
            case .success(let token): keep(token, in: &state)
            case .failure(let error):
                if let error = error as? SourceError, let pause = error.retryAfter {
                    state.refusal = (now() + max(1, pause.components.seconds), error)
                }
            }
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting {
            // A task that was cancelled says nothing of the issuer: the next one asks itself.
            if case .failure(let error) = result, !isOwnEnd {
                continuation.resume(throwing: error)
            } else {
                continuation.resume()
            }
        }
        return try result.get().value
    }

    private func keep(_ token: FetchedToken, in state: inout State) {
        fetched.keep(token.value)
        state.known.append(token.value)
        if state.known.count > 2 { fetched.forget(state.known.removeFirst()) }
        state.token = token
        state.refusal = nil
    }

    private func wait() async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let resumes = state.withLock { state in
                    guard state.isFetching, !Task.isCancelled else { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if resumes { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
        try Task.checkCancellation()
    }
}
