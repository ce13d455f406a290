import Testing

@testable import TidemarkCommands

@Suite struct FiguresTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (61_204, "61,204"), (-1_234_567, "-1,234,567")])
    func counts(_ number: Int, _ text: String) {
        #expect(Figures.count(number) == text)
    }

    @Test func nouns() {
        #expect(Figures.count(1, "page") == "1 page")
        #expect(Figures.count(2, "page") == "2 pages")
        #expect(Figures.count(0, "entity", "entities") == "0 entities")
    }

    @Test(arguments: [
        (0.0, "0/s"), (0.44, "0.4/s"), (9.96, "10.0/s"), (10.4, "10/s"), (8_120.4, "8,120/s"), (.nan, "0/s"),
    ])
    func rates(_ rate: Double, _ text: String) {
        #expect(Figures.rate(rate) == text)
    }

    @Test(arguments: [(0, 0, "0 %"), (1, 3, "33.3 %"), (1, 2, "50 %"), (2, 2, "100 %"), (1, 100_000, "0 %")])
    func percents(_ part: Int, _ whole: Int, _ text: String) {
        #expect(Figures.percent(part, of: whole) == text)
    }
}
