internal import Catalog
internal import Ingestion
internal import NIOHTTP1

/// Tells what the errors of a GraphQL answer mean.
struct GraphQLJudge: Sendable {
    let credentials: Credentials
    let accepted: [GraphQLSource.AcceptedError]
    /// This machine's time, in seconds since 1970.
    let now: @Sendable () -> Int64

    /// Why an answer is no page.
    struct Verdict: Sendable {
        var error: SourceError
        /// Whether less would have been given.
        var isTooLarge: Bool
    }

    /// Whether the body of an `http` source's request is a GraphQL query: its answers are then looked at for errors.
    static func isQuery(_ body: HTTPSource.Body?) -> Bool {
        guard case .json(let json)? = body, let query = json["query"]?.string else { return false }
        return query.contains("{")
    }

    /// The error that an answer to an `http` source has in it; nil for a page, and for what no GraphQL server gives.
    func error(in answer: HTTPAnswer, hadCursor: Bool) -> SourceError? {
        // Most answers have none, and are read once.
        guard answer.body.firstRange(of: Array(#""errors""#.utf8)) != nil,
            let read = try? GraphQLAnswer(answer, credentials),
            read.errors.contains(where: { !$0.message.isEmpty })
        else { return nil }
        return verdict(on: read, answer.headers, hadCursor: hadCursor)?.error
    }

    /// - Returns: nil for an answer without errors, or with accepted ones beside its data.
    func verdict(on answer: GraphQLAnswer, _ headers: HTTPHeaders, hadCursor: Bool) -> Verdict? {
        let counted = answer.data == nil ? answer.errors : answer.errors.filter { !isAccepted($0) }
        guard let worst = counted.min(by: { $0.meaning < $1.meaning }) else { return nil }
        let others = counted.count - 1
        let rest = others > 0 ? " (and \(others) more)" : ""
        let summary = credentials.excerpt(Array(worst.summary.utf8)) ?? "an error without a message"
        func error(_ code: SourceError.Code, _ meaning: String, retryAfter: Duration? = nil) -> SourceError {
            let partly = answer.data == nil ? "" : " beside data, which would not be whole"
            return SourceError(
                code,
                "\(answer.requestName): \(meaning); the answer has errors\(partly): \(summary)\(rest)",
                retryAfter: retryAfter
            )
        }
        switch worst.meaning {
        case .rateLimited:
            let wait = wait(headers, answer)
            return Verdict(
                error: error(.rateLimited, "the source asks for fewer requests", retryAfter: wait),
                isTooLarge: false
            )
        case .tooLarge:
            return Verdict(error: error(.limitExceeded, "the query asks for too much; ask for less"), isTooLarge: true)
        case .unauthorized:
            return Verdict(
                error: error(.unauthorized, "the credentials (`auth`) do not allow all of it"),
                isTooLarge: false
            )
        case .cursorExpired where hadCursor:
            return Verdict(error: error(.cursorExpired, "the source no longer accepts this cursor"), isTooLarge: false)
        case .unavailable: return Verdict(error: error(.unavailable, "the source failed"), isTooLarge: false)
        case .cursorExpired, .refused:
            return Verdict(error: error(.refused, "the source refuses this query"), isTooLarge: false)
        }
    }

    func isAccepted(_ error: GraphQLError) -> Bool {
        guard error.meaning != .rateLimited, error.meaning != .tooLarge else { return false }
        return accepted.contains { accepted in
            let isType = accepted.type.map { $0.uppercased() == error.type?.uppercased() } ?? true
            let isPlace =
                accepted.path.map { error.fields.starts(with: $0.split(separator: ".").map(String.init)) } ?? true
            return isType && isPlace
        }
    }

    /// How long the answer asks to be left alone: what its headers say, else its `rateLimit` block.
    private func wait(_ headers: HTTPHeaders, _ answer: GraphQLAnswer) -> Duration? {
        RateLimit(headers, now: now()).retryAfter ?? RateLimitBlock(answer)?.wait(headers, now: now())
    }
}
