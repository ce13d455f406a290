import Testing

@testable import Administration

@Suite struct RefusalLogTests {
    @Test("of many refused requests one line tells in ten seconds, with their number, for each provider")
    func counts() {
        let log = RefusalLog()
        let start = ContinuousClock.now
        #expect(log.next(for: "a", now: start) == 1)
        for second in 1...9 { #expect(log.next(for: "a", now: start + .seconds(second)) == nil) }
        #expect(log.next(for: "b", now: start + .seconds(9)) == 1)
        #expect(log.next(for: "a", now: start + .seconds(10)) == 10)
        #expect(log.next(for: "a", now: start + .seconds(20)) == 1)
    }
}
