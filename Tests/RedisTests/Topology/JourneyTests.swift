import Testing

@testable import Redis

@Suite("Journey")
struct JourneyTests {
    private static let here = RedisAddress.tcp(host: "here", port: 1)
    private static let there = RedisAddress.tcp(host: "there", port: 2)

    private static func error(_ message: String) -> RESPValue { .error(RedisServerError(message: message)) }

    private static func journey(_ count: Int = 3) -> Journey {
        Journey((0..<count).map { RedisCommand("GET", "{k}:\($0)") })
    }

    @Test("what is answered has arrived, errors of other kinds in their place")
    func arrives() {
        var journey = Self.journey(2)
        let answers = [RESPValue.integer(1), Self.error("WRONGTYPE no")]
        #expect(journey.received(answers, from: Self.here) == .finished(answers))
    }

    @Test("Q12: MOVED: what is left goes to where it belongs, and is learnt")
    func moved() throws {
        var journey = Self.journey()
        let slot = try #require(HashSlot(5))
        let step = journey.received([.integer(1), Self.error("MOVED 5 there:2"), .null], from: Self.here)
        #expect(step == .learn(slot, Self.there))
        #expect(journey.asked == nil && journey.commands.count == 2)
        let end = journey.received([.integer(2), .integer(3)], from: Self.there)
        #expect(end == .finished([.integer(1), .integer(2), .integer(3)]))
    }

    @Test("Q12: ASK: what was redirected is preceded by ASKING, this once; what follows goes where the slot is")
    func ask() {
        var journey = Self.journey(2)
        #expect(journey.received([Self.error("ASK 5 there:2"), .integer(9)], from: Self.here) == .goOn)
        #expect(journey.asked == Self.there)
        #expect(journey.commands.map(\.name) == ["ASKING", "GET"])
        #expect(journey.received([.simpleString("OK"), .integer(1)], from: Self.there) == .goOn)
        #expect(journey.asked == nil && journey.commands.map(\.name) == ["GET"])
        #expect(journey.received([.integer(2)], from: Self.here) == .finished([.integer(1), .integer(2)]))
    }

    @Test("Q12: ASK: out of time, there is a reply to each command, also to those that were not sent")
    func askInVain() {
        var journey = Self.journey(2)
        _ = journey.received([Self.error("ASK 5 there:2"), .integer(9)], from: Self.here)
        let step = journey.received([.simpleString("OK"), Self.error("TRYAGAIN")], from: Self.there)
        #expect(step == .pause([Self.error("TRYAGAIN"), Self.error("TRYAGAIN")]))
        #expect(journey.asked == nil && journey.commands.map(\.name) == ["GET", "GET"])
    }

    @Test("Q12: ASK: WAIT stays with the command that it is about")
    func askAndWait() {
        var journey = Journey([
            RedisCommand("SET", "{k}:a", "1"), RedisCommand("WAIT", "1", "100"), RedisCommand("GET", "{k}:b"),
        ])
        _ = journey.received([Self.error("ASK 5 there:2"), .integer(0), .null], from: Self.here)
        #expect(journey.commands.map(\.name) == ["ASKING", "SET", "ASKING", "WAIT"])
    }

    @Test("a server that could not be asked is not asked again: the map says who is next")
    func failed() {
        var journey = Self.journey(1)
        _ = journey.received([Self.error("ASK 5 there:2")], from: Self.here)
        journey.failed()
        #expect(journey.asked == nil && journey.commands.map(\.name) == ["GET"])
    }

    @Test("servers that point at each other are given time")
    func circle() {
        var journey = Self.journey(1)
        let steps = (0..<5).map { _ in journey.received([Self.error("MOVED 5 there:2")], from: Self.here) }
        #expect(steps.last == .pause([Self.error("MOVED 5 there:2")]))
        #expect(steps.dropLast().allSatisfy { $0 != steps.last })
    }
}
