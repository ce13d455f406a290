import Testing

@testable import Redis

@Suite("BlockingPoolState")
struct BlockingPoolStateTests {
    private typealias State = BlockingPoolState<String, Int>

    private static func outcome(_ action: State.LeaseAction) -> String {
        switch action {
        case .use(let connection): "use \(connection ?? "a new one")"
        case .wait: "wait"
        case .refuse: "refuse"
        }
    }

    @Test("opens up to its limit, then lets wait, and hands a returned connection to the first in line")
    func limit() {
        var state = State(limit: 2)
        #expect(Self.outcome(state.lease(id: 1, waiter: 1)) == "use a new one")
        #expect(Self.outcome(state.lease(id: 2, waiter: 2)) == "use a new one")
        #expect(Self.outcome(state.lease(id: 3, waiter: 3)) == "wait")
        #expect(Self.outcome(state.lease(id: 4, waiter: 4)) == "wait")
        let first = state.release("a")
        #expect(first?.0 == 3 && first?.1 == "a")
        let second = state.release(nil)
        #expect(second?.0 == 4 && second?.1 == nil)
    }

    @Test("a connection at rest is used again; a closed one only gives its place back")
    func rest() {
        var state = State(limit: 1)
        _ = state.lease(id: 1, waiter: 1)
        #expect(state.release("a") == nil)
        #expect(Self.outcome(state.lease(id: 2, waiter: 2)) == "use a")
        #expect(state.release(nil) == nil)
        #expect(Self.outcome(state.lease(id: 3, waiter: 3)) == "use a new one")
    }

    @Test("who gives up waiting takes no place")
    func abandoned() {
        var state = State(limit: 1)
        _ = state.lease(id: 1, waiter: 1)
        _ = state.lease(id: 2, waiter: 2)
        #expect(state.abandon(id: 2) == 2)
        #expect(state.abandon(id: 2) == nil)
        #expect(state.release("a") == nil)
        #expect(Self.outcome(state.lease(id: 3, waiter: 3)) == "use a")
    }

    @Test("closing hands out all that wait and rest, and refuses what comes")
    func closing() {
        var state = State(limit: 2)
        _ = state.lease(id: 1, waiter: 1)
        _ = state.lease(id: 2, waiter: 2)
        _ = state.release("a")
        _ = state.lease(id: 3, waiter: 3)
        _ = state.lease(id: 4, waiter: 4)
        _ = state.release("a").map { _ in }
        let (waiters, resting) = state.close()
        #expect(waiters == [] && resting == [])
        #expect(Self.outcome(state.lease(id: 5, waiter: 5)) == "refuse")
        #expect(state.release("a") == nil)
        #expect(state.close().resting.isEmpty)
    }
}
