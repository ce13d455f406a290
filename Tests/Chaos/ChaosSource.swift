internal import Catalog
internal import Ingestion
internal import Synchronization
internal import TestSupport

/// The source of one provider: it changes when it is told to, and answers wrongly when it is told to.
final class ChaosSource: Sendable {
    private struct State {
        var names: [(name: String, revision: Int)]
        var created: Int
        var faults: [Fault] = []
        var pages = 0
        var again = 0
    }

    let name: String
    let server = PageServer(chains: 8, pageSize: 20)
    private let state: Mutex<State>

    init(name: String, entities: Int) {
        self.name = name
        state = Mutex(State(names: (0..<entities).map { ("\(name)-\($0)", 0) }, created: entities))
        server.intercept { [weak self] cursor in
            self?.nextFault().flatMap { Self.answer($0, at: cursor) }
        }
        list()
    }

    /// Removes, changes and adds about a twentieth each. Never during a cycle.
    func change(using generator: inout SeededGenerator) {
        countReads()
        state.withLock { state in
            let share = max(1, state.names.count / 20)
            for _ in 0..<Int.random(in: 0...share, using: &generator) where state.names.count > share {
                state.names.remove(at: Int.random(in: 0..<state.names.count, using: &generator))
            }
            for _ in 0..<Int.random(in: 0...share, using: &generator) {
                state.names[Int.random(in: 0..<state.names.count, using: &generator)].revision += 1
            }
            for _ in 0..<Int.random(in: 0...share, using: &generator) {
                let place = Int.random(in: 0...state.names.count, using: &generator)
                state.names.insert(("\(name)-\(state.created)", 0), at: place)
                state.created += 1
            }
        }
        list()
    }

    private func list() {
        server.list(state.withLock { $0.names }.map { TestSource.entity($0.name, title: "revision \($0.revision)") })
    }

    /// Some entities that the source lists, as an event may name them.
    func sample(_ count: Int, using generator: inout SeededGenerator) -> [JSONText] {
        let entities = server.entities
        return (0..<count).map { _ in entities[Int.random(in: 0..<entities.count, using: &generator)] }
    }

    /// The digests of what it lists, by ref, as the engine makes them.
    func digests() throws -> [String: UInt64] {
        let provider = Provider(name: name, source: TestSource([]))
        let page = try PreparedPage(Page(entities: server.entities), at: nil, of: provider, events: 0)
        return Dictionary(page.entities.map { ($0.ref.string, $0.digest.value) }, uniquingKeysWith: { _, last in last })
    }

    // MARK: - Faults

    /// The next so many requests are answered with this fault.
    func fail(_ fault: Fault, times: Int) {
        state.withLock { $0.faults += Array(repeating: fault, count: times) }
    }

    private func nextFault() -> Fault? {
        state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
    }

    func heal() { state.withLock { $0.faults = [] } }

    private static func answer(_ fault: Fault, at cursor: String) -> HTTPTestServer.Response? {
        switch fault {
        case .tooManyRequests: .json("{}", status: 429, headers: [("Retry-After", "1")])
        case .serverError: .json(#"{"message":"out of order"}"#, status: 500)
        case .truncated: .json(#"{"entities":[{"apiVersion":"backst"#)
        case .hang: .init(end: .stalled)
        case .repeatedCursor:
            cursor == "null" ? .json("{}", status: 500) : .json(#"{"entities":[],"next":["\#(cursor)"]}"#)
        case .expiredCursor: cursor == "null" ? .json("{}", status: 500) : .json("{}", status: 410)
        default: .init(end: .cut)
        }
    }

    // MARK: - Pages

    /// All pages that were read so far, and those of them that were read more than once in a cycle.
    var reads: (pages: Int, again: Int) {
        countReads()
        return state.withLock { ($0.pages, $0.again) }
    }

    /// A cycle's reads are counted together, so only between two of them.
    private func countReads() {
        let reads = server.takeReads()
        let pages = reads.values.reduce(0, +)
        state.withLock { state in
            state.pages += pages
            state.again += pages - reads.count
        }
    }
}
