import Synchronization
import TestSupport

/// Numbered pages of names, each with an ETag of its body, answered by 304 to whoever names that.
///
/// `GET /items?page=2`; the page after the last is empty.
final class ValidatedPages: Sendable {
    private struct State {
        var pages: [[String]]
        var answers: [String] = []
        var isMute = false
        var intercept: (@Sendable (Int, HTTPTestServer.Request) async -> HTTPTestServer.Response?)?
    }

    private let state: Mutex<State>

    init(_ pages: [[String]]) {
        state = Mutex(State(pages: pages))
    }

    /// What is listed from now on: names, or `NAME=TITLE`.
    func list(_ pages: [[String]]) { state.withLock { $0.pages = pages } }

    /// Gives no ETag from now on.
    func fallSilent() { state.withLock { $0.isMute = true } }

    /// May answer in place of the page of this number, or do something before.
    func intercept(_ body: (@Sendable (Int, HTTPTestServer.Request) async -> HTTPTestServer.Response?)?) {
        state.withLock { $0.intercept = body }
    }

    /// What was answered since this was asked last: `2:304` for page 2, sorted.
    func takeAnswers() -> [String] {
        state.withLock { state in
            defer { state.answers = [] }
            return state.answers.sorted()
        }
    }

    func answer(_ request: HTTPTestServer.Request) async -> HTTPTestServer.Response {
        let number = request.query("page").first.flatMap { Int($0) } ?? 1
        let response: HTTPTestServer.Response
        if let given = await state.withLock({ $0.intercept })?(number, request) {
            response = given
        } else {
            response = page(number, request)
        }
        state.withLock { $0.answers.append("\(number):\(response.status)") }
        return response
    }

    private func page(_ number: Int, _ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        let (pages, isMute) = state.withLock { ($0.pages, $0.isMute) }
        let items = pages.indices.contains(number - 1) ? pages[number - 1] : []
        let body =
            "["
            + items.map { item in
                let parts = item.split(separator: "=")
                return #"{"name":"\#(parts[0])","title":"\#(parts.last ?? "")"}"#
            }.joined(separator: ",") + "]"
        if isMute { return .json(body) }
        // The body itself, in letters that a tag may have.
        let tag = "\"" + body.utf8.map { String($0, radix: 16) }.joined() + "\""
        if request.header("If-None-Match") == tag { return .init(status: 304, headers: [("ETag", tag)]) }
        return .json(body, headers: [("ETag", tag)])
    }
}
