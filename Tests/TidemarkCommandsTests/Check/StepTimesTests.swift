import EntitySources
import Testing

@testable import TidemarkCommands

@Suite struct StepTimesTests {
    private func exchange(_ began: Int, _ ended: Int?) -> RehearsedExchange {
        var exchange = RehearsedExchange(request: RequestDescription(summary: "GET a"), began: .milliseconds(began))
        exchange.ended = ended.map { .milliseconds($0) }
        return exchange
    }

    @Test("Requests side by side take their time once, and what is left of the reading is the mapping")
    func sideBySide() {
        let exchanges = [exchange(10, 30), exchange(15, 20), exchange(25, 40), exchange(60, 70), exchange(80, nil)]
        let times = StepTimes(
            client: .milliseconds(3),
            reading: .milliseconds(100),
            exchanges,
            validation: .milliseconds(5)
        )
        #expect(times.requests == .milliseconds(40))
        #expect(times.mapping == .milliseconds(60))
        #expect(times.total == .milliseconds(108))
    }

    @Test func aPageThatCannotBeReadTookItsRequests() {
        let times = StepTimes(client: .zero, reading: .zero, [exchange(0, 10)], validation: .zero)
        #expect(times.total == .milliseconds(10))
    }
}
