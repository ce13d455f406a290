import Testing

@testable import Administration

@Suite struct RateMeterTests {
    @Test func measuresTheLastSeconds() {
        var meter = RateMeter()
        #expect(meter.perSecond == 0)
        for second in 0...20 { meter.add(second * (second < 10 ? 100 : 50), generation: 1, at: Int64(second) * 1_000) }
        #expect(meter.perSecond == 50)
    }

    @Test func aPauseBetweenBurstsIsPartOfIt() {
        var meter = RateMeter()
        meter.add(0, generation: 1, at: 0)
        meter.add(3_000, generation: 1, at: 3_000)
        meter.add(3_000, generation: 1, at: 4_000)
        #expect(meter.perSecond == 750)
    }

    @Test func anotherCycleStartsAnew() {
        var meter = RateMeter()
        meter.add(10_000, generation: 1, at: 0)
        meter.add(20_000, generation: 1, at: 1_000)
        meter.add(0, generation: 2, at: 2_000)
        #expect(meter.perSecond == 0)
        meter.add(500, generation: 2, at: 3_000)
        #expect(meter.perSecond == 500)
    }

    @Test func theSameMomentTwiceIsOneSample() {
        var meter = RateMeter()
        meter.add(0, generation: 1, at: 0)
        meter.add(100, generation: 1, at: 0)
        #expect(meter.perSecond == 0)
    }
}
