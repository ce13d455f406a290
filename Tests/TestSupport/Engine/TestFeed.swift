package import Catalog
package import Ingestion
internal import Synchronization

/// A source in memory whose records have ids, and which can tell what changed.
///
/// Cursors of pages are `{"offset": N}`, over the ids in their order; points of the feed are the number of changes so far.
package final class TestFeed: ChangeFeed {
    /// A question to the feed or to the source.
    package enum Question: Sendable, Equatable {
        case page(Int)
        case point
        case changes(since: Int)
    }

    private struct State {
        var records: [String: [JSONText]] = [:]
        /// The id of each record that was changed or is gone, in their order.
        var log: [String] = []
        /// Points below it are told no more.
        var oldest = 0
        var questions: [Question] = []
        var intercept: (@Sendable (Question) async throws -> Changes?)?
    }

    private let state: Mutex<State>
    private let pageSize: Int
    private let answerSize: Int

    /// - Parameters:
    ///   - records: what it has, by id.
    ///   - answerSize: how many changes one answer tells.
    package init(_ records: [String: [JSONText]], pageSize: Int = 10, answerSize: Int = 100) {
        state = Mutex(State(records: records))
        (self.pageSize, self.answerSize) = (pageSize, answerSize)
    }

    /// Records whose ids are numbers, of one Component each.
    package convenience init(names: some Sequence<String>, pageSize: Int = 10) {
        let records = names.enumerated().map { (TestFeed.id($0), [TestSource.entity($1)]) }
        self.init(Dictionary(uniqueKeysWithValues: records), pageSize: pageSize)
    }

    /// The id of a record by its number.
    package static func id(_ number: Int) -> String {
        let digits = String(number)
        return "id-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// What was asked, in its order.
    package var questions: [Question] { state.withLock { $0.questions } }

    /// A record is as it says from now on; nil: it is gone.
    package func set(_ id: String, _ entities: [JSONText]?) {
        state.withLock { state in
            state.records[id] = entities
            state.log.append(id)
        }
    }

    /// No point that was named up to now is told from any more.
    package func forget() {
        state.withLock { state in
            state.log.append("")
            state.oldest = state.log.count
        }
    }

    /// All entities that it lists.
    package var entities: [JSONText] {
        state.withLock { state in state.records.keys.sorted().flatMap { state.records[$0] ?? [] } }
    }

    /// Runs before each answer from now on: it may throw, wait, or give changes in place of the feed's own.
    package func intercept(_ body: (@Sendable (Question) async throws -> Changes?)?) {
        state.withLock { $0.intercept = body }
    }

    package func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    package func page(at cursor: JSON?, using client: ()) async throws -> Page {
        let offset = Int(cursor?["offset"]?.integer ?? 0)
        _ = try await ask(.page(offset))
        return state.withLock { state in
            let ids = state.records.keys.sorted()
            var page = Page(entities: [])
            for id in ids.dropFirst(offset).prefix(pageSize) {
                page.entities += state.records[id] ?? []
                page.ids += Array(repeating: id, count: state.records[id]?.count ?? 0)
            }
            if offset + pageSize < ids.count { page.next = [["offset": .integer(Int64(offset + pageSize))]] }
            return page
        }
    }

    package func changes(since cursor: JSON?, using client: ()) async throws -> Changes {
        guard let cursor else {
            if let changes = try await ask(.point) { return changes }
            return state.withLock { Changes(cursor: .integer(Int64($0.log.count))) }
        }
        let since = Int(cursor.integer ?? 0)
        if let changes = try await ask(.changes(since: since)) { return changes }
        return try state.withLock { state in
            guard since >= state.oldest else { throw SourceError(.cursorExpired, "the log begins at \(state.oldest)") }
            let end = min(since + answerSize, state.log.count)
            var changes = Changes(cursor: .integer(Int64(end)), hasMore: end < state.log.count)
            for id in Set(state.log[since..<end]).sorted() where !id.isEmpty {
                if let entities = state.records[id] {
                    changes.changed.append(Change(id: id, entities: entities))
                } else {
                    changes.removed.append(id)
                }
            }
            return changes
        }
    }

    private func ask(_ question: Question) async throws -> Changes? {
        let intercept = state.withLock { state in
            state.questions.append(question)
            return state.intercept
        }
        return try await intercept?(question)
    }
}
