import Testing

@testable import Administration

@Suite struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (1_795_472_390_745, "2026-11-23T22:19:50.745Z"),
        (951_782_400_009, "2000-02-29T00:00:00.009Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func text(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp.text(milliseconds: milliseconds) == text)
    }
}
