internal import Ingestion
internal import NIOHTTP1

/// Tells what an answer that is no page means.
struct AnswerJudge: Sendable {
    let credentials: Credentials
    let expiredStatuses: Set<Int>
    /// This machine's time, in seconds since 1970.
    let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - hadCursor: whether the request had a cursor, which alone can expire.
    /// - Returns: nil for a page.
    func error(for answer: HTTPAnswer, hadCursor: Bool) -> SourceError? {
        let status = Int(answer.status.code)
        if hadCursor, expiredStatuses.contains(status) {
            return error(.cursorExpired, answer, "the source no longer accepts this cursor")
        }
        guard !answer.isSuccess else { return nil }
        let limit = RateLimit(answer.headers, now: now())
        switch status {
        case _ where answer.asksForFewer(limit):
            return error(.rateLimited, answer, "the source asks for fewer requests", retryAfter: limit.retryAfter)
        case 401: return error(.unauthorized, answer, "the source does not accept the credentials (`auth`)")
        case 403: return error(.unauthorized, answer, "the credentials (`auth`) do not allow this request")
        case 408, 425, 500...599: return error(.unavailable, answer, "the source failed", retryAfter: limit.retryAfter)
        case 404: return error(.refused, answer, "there is nothing at this URL")
        case 304:
            return error(.refused, answer, "the source says that nothing has changed, and was not asked whether it has")
        case 300..<400: return error(.refused, answer, "a redirect that cannot be followed")
        default: return error(.refused, answer, "the source refuses this request")
        }
    }

    private func error(
        _ code: SourceError.Code,
        _ answer: HTTPAnswer,
        _ meaning: String,
        retryAfter: Duration? = nil
    ) -> SourceError {
        var message = "\(answer.requestName): \(answer.status.code) \(answer.status.reasonPhrase): \(meaning)"
        if let excerpt = credentials.excerpt(answer.body) { message += "; it says: \(excerpt)" }
        return SourceError(code, message, retryAfter: retryAfter)
    }
}
