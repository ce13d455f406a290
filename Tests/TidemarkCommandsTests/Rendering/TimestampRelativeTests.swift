import Administration
import Testing

@testable import TidemarkCommands

@Suite struct TimestampRelativeTests {
    @Test(arguments: [
        (Int64(0), "now"), (999, "now"), (1_500, "in 1s"), (-65_000, "1m 5s ago"), (86_399_000, "in 23h 59m"),
        (-9_999, "9s ago"),
    ])
    func relative(_ distance: Int64, _ text: String) {
        #expect(Timestamp.relative(1_000_000_000 + distance, to: 1_000_000_000) == text)
    }
}
