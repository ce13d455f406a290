import Testing

@testable import Redis

@Suite("AskingOrder")
struct AskingOrderTests {
    private static func address(_ name: String) -> RedisAddress { .tcp(host: name, port: 26_379) }

    private static func order() -> AskingOrder { AskingOrder(["a", "b", "c"].map(address)) }

    private static func names(_ order: AskingOrder) -> [String] {
        order.addresses.map { address in
            guard case .tcp(let host, _) = address else { return "?" }
            return host
        }
    }

    @Test("each question goes to another first, so that one server's view cannot last")
    func turns() {
        var order = Self.order()
        #expect(order.answered(Self.address("a"), epoch: 1) == .believe)
        #expect(Self.names(order) == ["b", "c", "a"])
        #expect(order.answered(Self.address("b"), epoch: 1) == .believe)
        #expect(Self.names(order) == ["c", "a", "b"])
    }

    @Test("one that fails is asked after all others, until it answers again")
    func failing() {
        var order = Self.order()
        order.failed(Self.address("a"))
        #expect(order.answered(Self.address("b"), epoch: 1) == .believe)
        #expect(Self.names(order) == ["c", "b", "a"])
        order.failed(Self.address("c"))
        #expect(Self.names(order) == ["b", "a", "c"])
        #expect(order.answered(Self.address("a"), epoch: 1) == .believe)
        #expect(Self.names(order) == ["b", "a", "c"])
    }

    @Test("Q12: an answer from before a failover is not believed once a later one was heard")
    func epochs() {
        var order = Self.order()
        #expect(order.answered(Self.address("a"), epoch: 4) == .believe)
        #expect(order.answered(Self.address("b"), epoch: 3) == .outdated)
        #expect(order.answered(Self.address("c"), epoch: 5) == .believe)
        #expect(order.answered(Self.address("a"), epoch: 4) == .outdated)
    }

    @Test("what was set up anew begins at a lower epoch, and is believed when nobody says otherwise")
    func restart() {
        var order = Self.order()
        #expect(order.answered(Self.address("a"), epoch: 9) == .believe)
        order.restart(at: 1)
        #expect(order.answered(Self.address("b"), epoch: 1) == .believe)
    }

    @Test("servers that have left are forgotten, but for those of the URL")
    func learns() {
        var order = AskingOrder([Self.address("a")])
        order.learn([Self.address("b"), Self.address("c")], always: [Self.address("a")])
        #expect(Self.names(order) == ["a", "b", "c"])
        order.failed(Self.address("a"))
        order.learn([Self.address("c"), Self.address("d")], always: [Self.address("a")])
        #expect(Self.names(order) == ["c", "d", "a"])
    }
}
