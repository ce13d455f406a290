import Redis

/// Repeats `body` until it is answered: a command whose connection ended, or that found none in its time, is for its
/// caller to send again.
func eventually<Result>(_ body: () async throws -> Result) async throws -> Result {
    while true {
        do {
            return try await body()
        } catch let error as RedisError
            where [.connectionClosed, .connectionFailed, .timeout].contains(error.code)
        {
            await Task.yield()
        }
    }
}
