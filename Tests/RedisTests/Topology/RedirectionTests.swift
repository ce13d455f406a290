import Testing

@testable import Redis

@Suite("Redirection")
struct RedirectionTests {
    private static let server = RedisAddress.tcp(host: "s", port: 7_000)

    @Test(
        "reads what servers answer",
        arguments: [
            ("MOVED 3999 127.0.0.1:6381", Redirection.moved(HashSlot(3_999)!, .tcp(host: "127.0.0.1", port: 6_381))),
            ("MOVED 0 ::1:6381", .moved(HashSlot(0)!, .tcp(host: "::1", port: 6_381))),
            ("MOVED 16383 redis.example:1", .moved(HashSlot(16_383)!, .tcp(host: "redis.example", port: 1))),
            ("MOVED 1 :6381", .moved(HashSlot(1)!, .tcp(host: "s", port: 6_381))),
            ("MOVED 1 ?:6381", .moved(HashSlot(1)!, .tcp(host: "s", port: 6_381))),
            ("ASK 3999 10.0.0.1:6381", .ask(.tcp(host: "10.0.0.1", port: 6_381))),
            ("TRYAGAIN Multiple keys request during rehashing of slot", .later),
            ("CLUSTERDOWN Hash slot not served", .later),
            ("LOADING Redis is loading the dataset in memory", .later),
        ]
    )
    func reads(message: String, redirection: Redirection) {
        #expect(Redirection(RedisServerError(message: message), from: Self.server) == redirection)
    }

    @Test(
        "leaves other errors to the caller",
        arguments: ["ERR no", "MOVED", "MOVED 99999 h:1", "MOVED x h:1", "MOVED 1 h", "ASK 1 h:x", "WRONGTYPE no"]
    )
    func others(message: String) {
        #expect(Redirection(RedisServerError(message: message), from: Self.server) == nil)
    }
}
