import Catalog
import Testing

@testable import Administration

@Suite struct TraceSamplerTests {
    /// A trace whose random bits are this share of all that they can be.
    private func trace(_ share: Double) throws -> TraceParent.TraceID {
        let random = UInt64(share * Double(UInt64(1) << 56))
        // The highest 8 bits of the half are not looked at.
        return try #require(TraceParent.TraceID(high: 7, low: 0xaa << 56 | random))
    }

    @Test("a share of the traces is recorded, by their ids alone", arguments: [0, 0.1, 0.5, 0.99, 1])
    func share(ratio: Double) throws {
        let sampler = TraceSampler(ratio: ratio)
        let sampled = try (0..<1_000).filter { sampler.samples(try trace(Double($0) / 1_000)) }
        #expect(abs(Double(sampled.count) - 1_000 * ratio) <= 1)
        // Who records a larger share records these, too.
        #expect(sampled.allSatisfy { Double($0) / 1_000 >= 1 - ratio })
    }

    @Test("none and all are just that")
    func ends() throws {
        let (lowest, highest) = (try trace(0), try #require(TraceParent.TraceID(high: 0, low: .max)))
        #expect(TraceSampler(ratio: 1).samples(lowest) && TraceSampler(ratio: 1).samples(highest))
        #expect(!TraceSampler(ratio: 0).samples(lowest) && !TraceSampler(ratio: 0).samples(highest))
    }
}
