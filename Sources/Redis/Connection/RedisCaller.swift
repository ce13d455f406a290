/// Who waits for the reply to a request.
enum RedisCaller: Sendable {
    case task(CheckedContinuation<Result<RedisReply, RedisError>, Never>)
    /// Called on the event loop.
    case handler(@Sendable (Result<RedisReply, RedisError>) -> Void)

    func resume(_ result: Result<RedisReply, RedisError>) {
        switch self {
        case .task(let continuation): continuation.resume(returning: result)
        case .handler(let handle): handle(result)
        }
    }
}
