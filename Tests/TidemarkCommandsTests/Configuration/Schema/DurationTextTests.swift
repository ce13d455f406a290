import Testing

@testable import TidemarkCommands

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("0s", .zero), ("3s", .seconds(3)), ("5m", .seconds(300)),
        ("2h", .seconds(7_200)), ("1d", .seconds(86_400)), ("999999999d", .seconds(999_999_999 * 86_400)),
    ])
    func isRead(_ text: String, _ duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: ["", "3", "s", "-3s", "1.5s", "3 s", "3S", "3sec", "1h30m", "9999999999s", "٣s"])
    func anythingElseIsNot(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0s", "0ms"), (.milliseconds(850), "850ms", "850ms"), (.milliseconds(3_210), "3210ms", "3.2s"),
        (.seconds(90), "90s", "1m 30s"), (.seconds(59), "59s", "59s"), (.seconds(3_600), "1h", "1h"),
        (.seconds(86_340), "1439m", "23h 59m"), (.seconds(86_400), "1d", "1d"), (.seconds(-5), "-5s", "0ms"),
    ])
    func isWritten(_ duration: Duration, _ exact: String, _ brief: String) {
        #expect(DurationText.exact(duration) == exact)
        #expect(DurationText.brief(duration) == brief)
    }

    @Test(arguments: [
        (Duration.zero, "0.0ms"), (.microseconds(340), "0.3ms"), (.microseconds(9_940), "9.9ms"),
        (.microseconds(9_960), "9ms"), (.milliseconds(12), "12ms"), (.seconds(-1), "0.0ms"),
    ])
    func fewMillisecondsHaveTenths(_ duration: Duration, _ text: String) {
        #expect(DurationText.fine(duration) == text)
    }
}
