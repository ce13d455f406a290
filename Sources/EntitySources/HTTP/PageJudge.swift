internal import Ingestion

/// Tells what an answer that is no page means, by its status and, where a GraphQL query was sent, by what it holds.
struct PageJudge: Sendable {
    let status: AnswerJudge
    let graphQL: GraphQLJudge

    /// - Parameters:
    ///   - hadCursor: whether the request had a cursor, which alone can expire.
    ///   - isQuery: whether it was a GraphQL query.
    /// - Returns: nil for a page.
    func error(for answer: HTTPAnswer, hadCursor: Bool, isQuery: Bool) -> SourceError? {
        status.error(for: answer, hadCursor: hadCursor)
            ?? (isQuery ? graphQL.error(in: answer, hadCursor: hadCursor) : nil)
    }
}
