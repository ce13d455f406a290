import NIOHTTP1
import Testing

@testable import EntitySources

@Suite struct RateLimitTests {
    private static let now: Int64 = 1_700_000_000

    @Test(
        arguments: [
            ([("Retry-After", "120")], false, 120.0), ([("retry-after", " 0 ")], false, 0),
            ([("Retry-After", "1.5")], false, 1.5),
            ([("Retry-After", "Tue, 14 Nov 2023 22:15:20 GMT")], false, 120),
            // The source's own clock counts, where it says what it is.
            ([("Retry-After", "Tue, 14 Nov 2023 22:15:20 GMT"), ("Date", "Tue, 14 Nov 2023 22:14:20 GMT")], false, 60),
            ([("Retry-After", "Tue, 14 Nov 2023 22:00:00 GMT")], false, 0), ([("Retry-After", "soon")], false, nil),
            ([("Retry-After", "-5")], false, nil), ([("Retry-After", "999999999")], false, 2_592_000),
            ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1700000090")], true, 90),
            ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1700000090000")], true, 90),
            ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "45")], true, 45),
            ([("X-Rate-Limit-Remaining", "0"), ("X-Rate-Limit-Reset", "1699999990")], true, 0),
            ([("X-RateLimit-Remaining", "3"), ("X-RateLimit-Reset", "1700000090")], false, nil),
            ([("RateLimit-Remaining", "0"), ("RateLimit-Reset", "30")], true, 30),
            ([("RateLimit", #""default";r=0;t=12"#)], true, 12),
            ([("RateLimit", "limit=100, remaining=0, reset=50")], true, 50),
            ([("RateLimit", #""default";r=5;t=12"#)], false, nil), ([("X-RateLimit-Remaining", "0")], true, nil),
            ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "60"), ("Retry-After", "5")], true, 5),
            ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "60"), ("Retry-After", "?")], true, 60),
            ([("Retry-After", "inf")], false, nil), ([("Retry-After", "nan")], false, nil), ([], false, nil),
        ] as [([(String, String)], Bool, Double?)]
    )
    func headers(_ fields: [(String, String)], _ isExhausted: Bool, _ seconds: Double?) {
        let limit = RateLimit(HTTPHeaders(fields), now: Self.now)
        #expect(limit.isExhausted == isExhausted)
        #expect(limit.retryAfter == seconds.map { .milliseconds(Int64($0 * 1000)) })
    }
}
