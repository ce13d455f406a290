internal import Catalog
internal import Ingestion
internal import NIOHTTP1

/// Sends queries, and takes only answers that can be a page.
struct GraphQLExchange: Sendable {
    let exchange: HTTPExchange
    let requests: RequestPlan
    let judge: AnswerJudge
    let graphQL: GraphQLJudge

    /// Less would have been given.
    struct TooLarge: Error {
        let error: SourceError
    }

    /// An answer that is a page, as it came and as it was read.
    struct Answered: Sendable {
        let answer: HTTPAnswer
        let read: GraphQLAnswer

        var nodes: GraphQLNodes { GraphQLNodes(answer: read) }
    }

    func request(_ body: JSON, using client: GraphQLSource.Client) async throws -> PreparedRequest {
        var request: PreparedRequest
        if requests.expressions.isEmpty {
            request = try requests.request(for: .start) { _, _ in nil }
        } else {
            request = try await client.evaluating { [requests] evaluate in
                try requests.request(for: .start, evaluate)
            }
        }
        request.body = body.bytes
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            request.headers.append(("Content-Type", "application/json"))
        }
        return request
    }

    /// - Parameter hadCursor: whether the query has a cursor, which alone can expire.
    /// - Throws: ``TooLarge`` where the server could not give as much as was asked for.
    func ask(_ body: JSON, hadCursor: Bool, using client: GraphQLSource.Client) async throws -> Answered {
        let request = try await request(body, using: client)
        let answer: HTTPAnswer
        do {
            answer = try await exchange.send(request)
        } catch let error as SourceError where error.code == .timeout {
            throw TooLarge(error: error)
        }
        if let error = judge.error(for: answer, hadCursor: hadCursor) {
            switch answer.status.code {
            // What a gateway says when the server behind it did not answer in time.
            case 502, 504: throw error.retryAfter == nil ? TooLarge(error: error) : error
            // Servers that follow the specification of GraphQL over HTTP give errors so.
            case 400, 422:
                guard let read = try? GraphQLAnswer(answer, graphQL.credentials), !read.errors.isEmpty else {
                    throw error
                }
            default: throw error
            }
        }
        let read = try GraphQLAnswer(answer, graphQL.credentials)
        if let verdict = graphQL.verdict(on: read, answer.headers, hadCursor: hadCursor) {
            if verdict.isTooLarge { throw TooLarge(error: verdict.error) }
            // At once: the worker hears of it only after the page before is committed, and other chains go on asking.
            if verdict.error.code == .rateLimited {
                try await CallBudget.current?.postpone(for: verdict.error.retryAfter)
            }
            throw verdict.error
        }
        if let limit = RateLimitBlock(read), limit.isExhausted {
            try await CallBudget.current?.postpone(for: limit.wait(answer.headers, now: graphQL.now()))
        }
        return Answered(answer: answer, read: read)
    }
}
