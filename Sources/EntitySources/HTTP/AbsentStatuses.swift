internal import Ingestion
internal import NIOHTTP1

/// Statuses that mean that there is nothing where a request asked.
struct AbsentStatuses: Sendable {
    private let statuses: Set<Int>

    init(_ statuses: [Int], field: String) throws(SourceConfigurationError) {
        for status in statuses
        where !(status == 204 || (400...499).contains(status)) || [401, 408, 429].contains(status) {
            throw SourceConfigurationError(
                field: field,
                message: "\(status) cannot mean that there is nothing: 204 can, and 400 to 499 but for 401, 408 and 429"
            )
        }
        self.statuses = Set(statuses)
    }

    /// Whether an answer says that there is nothing. A source that asks for fewer requests with one of the statuses does not.
    func contain(_ answer: HTTPAnswer, _ judge: AnswerJudge) -> Bool {
        guard statuses.contains(Int(answer.status.code)) else { return false }
        return judge.error(for: answer, hadCursor: false)?.code != .rateLimited
    }
}
