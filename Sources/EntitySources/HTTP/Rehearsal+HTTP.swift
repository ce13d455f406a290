internal import NIOHTTP1

extension Rehearsal {
    /// Sends a request by calling `send`, or gives the kept answer to it.
    func answer(
        to request: PreparedRequest,
        with credentials: Credentials,
        _ send: () async throws -> HTTPAnswer
    ) async throws -> HTTPAnswer {
        var sent: HTTPAnswer?
        let answer = try await answer(to: RequestDescription(request, credentials)) {
            let answer = try await send()
            sent = answer
            return RehearsedAnswer(answer, credentials)
        }
        return sent
            ?? HTTPAnswer(
                status: HTTPResponseStatus(statusCode: answer.status ?? 200),
                headers: HTTPHeaders(answer.headers.map { ($0.name, $0.value) }),
                body: answer.body,
                url: credentials.addressed(request).url,
                requestName: request.name
            )
    }
}

extension RehearsedAnswer {
    fileprivate init(_ answer: HTTPAnswer, _ credentials: Credentials) {
        self.init(
            status: Int(answer.status.code),
            headers: answer.headers.map { Header(name: $0.name, value: credentials.redacting($0.value)) },
            body: answer.body
        )
        // Bytes that are no text stay as they are, unless there is a secret among them.
        let text = String(decoding: body, as: UTF8.self)
        let redacted = credentials.redacting(text)
        if redacted != text { body = Array(redacted.utf8) }
        isRedacted = redacted != text || headers.map(\.value) != answer.headers.map(\.value)
    }
}
