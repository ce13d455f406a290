import TestSupport
import Testing

@testable import Ingestion

@Suite struct CallRateTests {
    @Test(
        "a tenth may come at once, and with what is due later no span has more",
        arguments: [1, 2, 9, 10, 100, 5_000]
    )
    func spread(calls: Int) {
        let rate = CallRate(calls: calls, per: .seconds(60))
        #expect(rate.burst == max(1, calls / 10))
        // The call that would be one too many comes when the span is over.
        #expect(abs(Double(calls - rate.burst + 1) * rate.interval - 60_000) < 0.001)
    }

    @Test("a rate without calls is refused")
    func validation() {
        var provider = Provider(name: "test", source: TestSource(names: [String]()))
        provider.callRate = CallRate(calls: 0, per: .seconds(1))
        #expect(throws: ProviderError.self) { try provider.validate() }
        provider.callRate = CallRate(calls: 1, per: .zero)
        #expect(throws: ProviderError.self) { try provider.validate() }
        provider.callRate = CallRate(calls: 1, per: .milliseconds(1))
        #expect(throws: Never.self) { try provider.validate() }
    }
}
