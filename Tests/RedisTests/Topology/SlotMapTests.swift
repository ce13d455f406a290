import Testing

@testable import Redis

@Suite("SlotMap")
struct SlotMapTests {
    private static let server = RedisAddress.tcp(host: "s", port: 7_000)

    private static func node(_ host: RESPValue, _ port: Int64) -> RESPValue {
        .array([host, .integer(port), .bulkString(Array("id".utf8)), .array([])])
    }

    private static func range(_ first: Int64, _ last: Int64, _ nodes: RESPValue...) -> RESPValue {
        .array([.integer(first), .integer(last)] + nodes)
    }

    @Test("says which master has a slot; one without a host is another port of the one that was asked")
    func reads() throws {
        let reply = RESPValue.array([
            Self.range(0, 99, Self.node(.bulkString(Array("a".utf8)), 1), Self.node(.bulkString(Array("r".utf8)), 2)),
            Self.range(100, 16_382, Self.node(.null, 7_001)),
        ])
        var map = try SlotMap(reply, from: Self.server)
        let (a, b) = (RedisAddress.tcp(host: "a", port: 1), RedisAddress.tcp(host: "s", port: 7_001))
        #expect(map.masters == [a, b] && map.replicas == [.tcp(host: "r", port: 2)])
        let slots = try [0, 99, 100, 16_382, 16_383].map { try #require(HashSlot($0)) }
        #expect(slots.map { map.master(of: $0) } == [a, a, b, b, nil])
        map.move(slots[0], to: .tcp(host: "c", port: 3))
        #expect(map.master(of: slots[0]) == .tcp(host: "c", port: 3) && map.master(of: slots[1]) == a)
    }

    @Test("a cluster without slots, and another reply, are errors that say who gave them")
    func refuses() throws {
        for reply in [RESPValue.array([]), .null, .array([Self.range(0, 16_384, Self.node(.null, 1))])] {
            let error = try #require(throws: RedisError.self) { try SlotMap(reply, from: Self.server) }
            #expect(error.message.contains("s:7000"))
        }
    }
}
