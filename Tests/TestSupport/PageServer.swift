package import Catalog
internal import Synchronization

/// A source behind ``HTTPTestServer`` that processes read: POST of `{"cursor": …}`, answered by `{"entities": […], "next": […]}`.
///
/// Cursors are `"CHAIN:OFFSET"`; the first page has no entities and forks into the chains. A request with `?size=N` gets pages of
/// that size, and cursors `"CHAIN:PAGE"` that count pages: they lead elsewhere with another size.
package final class PageServer: Sendable {
    /// Sees the cursor before a page is made of it, `null` for that which begins a cycle, and may answer in place of the source.
    package typealias Intercept = @Sendable (String) -> HTTPTestServer.Response?

    private struct State {
        var entities: [JSONText] = []
        var reads: [String: Int] = [:]
        var intercept: Intercept?
    }

    private let state = Mutex(State())
    private let chains: Int
    private let pageSize: Int

    package init(chains: Int, pageSize: Int) {
        (self.chains, self.pageSize) = (chains, pageSize)
    }

    /// What the source lists from now on; it is spread over the chains in turn.
    package func list(_ entities: [JSONText]) {
        state.withLock { $0.entities = entities }
    }

    package var entities: [JSONText] { state.withLock { $0.entities } }

    /// How often each cursor was answered with its page.
    package var reads: [String: Int] { state.withLock { $0.reads } }

    /// The same since this was asked last.
    package func takeReads() -> [String: Int] {
        state.withLock { state in
            defer { state.reads = [:] }
            return state.reads
        }
    }

    package func intercept(_ body: Intercept?) {
        state.withLock { $0.intercept = body }
    }

    /// Answers once in place of the page at this cursor.
    package func answerOnce(at cursor: String, _ response: HTTPTestServer.Response) {
        let isDone = Atomic(false)
        intercept { read in
            read == cursor && !isDone.exchange(true, ordering: .relaxed) ? response : nil
        }
    }

    package func respond(to request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        guard let message = try? JSON(parsing: request.body) else { return .json("{}", status: 400) }
        let cursor = message["cursor"]?.string ?? "null"
        let (intercept, entities) = state.withLock { ($0.intercept, $0.entities) }
        if let answer = intercept?(cursor) { return answer }
        state.withLock { $0.reads[cursor, default: 0] += 1 }
        return page(cursor, of: entities, size: request.query("size").first.flatMap { Int($0) })
    }

    private func page(_ cursor: String, of entities: [JSONText], size: Int?) -> HTTPTestServer.Response {
        let numbers = cursor.split(separator: ":").compactMap { Int($0) }
        guard numbers.count == 2 else {
            let next = (0..<chains).map { "\"\($0):0\"" }.joined(separator: ",")
            return .json(#"{"entities":[],"next":[\#(next)]}"#)
        }
        let (chain, pageSize) = (numbers[0], size ?? pageSize)
        let offset = size == nil ? numbers[1] : numbers[1] * pageSize
        let listed = stride(from: chain + offset * chains, to: entities.count, by: chains).prefix(pageSize)
        let hasMore = chain + (offset + pageSize) * chains < entities.count
        let next = size == nil ? offset + pageSize : numbers[1] + 1
        return .json(
            """
            {"entities":[\(listed.map { entities[$0].description }.joined(separator: ","))],\
            "next":[\(hasMore ? "\"\(chain):\(next)\"" : "")]}
            """
        )
    }
}
