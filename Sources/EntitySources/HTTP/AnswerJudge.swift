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
        var limit = RateLimit(answer.headers, now: now())
        if limit.retryAfter == nil, status == 403 || status == 429 {
            limit.retryAfter = Self.unspokenWait(String(decoding: answer.body.prefix(4_000), as: UTF8.self))
        }
        let waits = limit.retryAfter != nil
        switch status {
        case _ where status == 429 || status == 403 && (limit.isExhausted || waits) || status == 503 && waits:
            return error(.rateLimited, answer, "the source asks for fewer requests", retryAfter: limit.retryAfter)
        case 401: return error(.unauthorized, answer, "the source does not accept the credentials (`auth`)")
        case 403: return error(.unauthorized, answer, "the credentials (`auth`) do not allow this request")
        case 408, 425, 500...599: return error(.unavailable, answer, "the source failed", retryAfter: limit.retryAfter)
        case 404: return error(.refused, answer, "there is nothing at this URL")
        case 300..<400: return error(.refused, answer, "a redirect that cannot be followed")
        default: return error(.refused, answer, "the source refuses this request")
        }
    }

    /// How long to wait after a message without a header that says it: GitHub documents one minute for its secondary limits.
    static func unspokenWait(_ message: String) -> Duration? {
        message.lowercased().contains("secondary rate limit") ? .seconds(60) : nil
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
