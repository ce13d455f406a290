internal import NIOHTTP1

extension Rehearsal {
    /// Sends a request by calling `send`, or gives the kept answer to it.
    func answer(
        to request: PreparedRequest,
        with credentials: Credentials,
        _ send: () async throws -> HTTPAnswer
    ) async throws -> HTTPAnswer {
        var sent: HTTPAnswer?
        let addressed = credentials.addressed(request)
        let description = RequestDescription(request, addressed, redacting: credentials.redacting)
        let answer = try await answer(to: description) {
            let answer = try await send()
            sent = answer
            return RehearsedAnswer(answer, redacting: credentials.redacting)
        }
        return sent
            ?? HTTPAnswer(
                status: HTTPResponseStatus(statusCode: answer.status ?? 200),
                headers: HTTPHeaders(answer.headers.map { ($0.name, $0.value) }),
                body: answer.body,
                url: addressed.url,
                requestName: request.name
            )
    }
}

extension RehearsedAnswer {
    init(_ answer: HTTPAnswer, redacting: (String) -> String) {
        self.init(
            status: Int(answer.status.code),
            headers: answer.headers.map { Header(name: $0.name, value: redacting($0.value)) },
            body: answer.body
        )
        // Bytes that are no text stay as they are, unless there is a secret among them.
        let text = String(decoding: body, as: UTF8.self)
        let redacted = redacting(text)
        if redacted != text { body = Array(redacted.utf8) }
        isRedacted = redacted != text || headers.map(\.value) != answer.headers.map(\.value)
    }
}
