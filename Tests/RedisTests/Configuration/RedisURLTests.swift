import Testing

@testable import Redis

@Suite("RedisURL")
struct RedisURLTests {
    private static func configuration(
        _ address: RedisAddress,
        _ change: (inout RedisConfiguration) -> Void = { _ in }
    ) -> RedisConfiguration {
        var configuration = RedisConfiguration(address: address)
        change(&configuration)
        return configuration
    }

    private static func tls(_ change: (inout RedisTLS) -> Void = { _ in }) -> RedisTLS {
        var tls = RedisTLS()
        change(&tls)
        return tls
    }

    private static let valid: [(String, RedisConfiguration)] = [
        ("redis://localhost", configuration(.tcp(host: "localhost", port: 6379))),
        ("REDIS://localhost/", configuration(.tcp(host: "localhost", port: 6379))),
        ("redis://localhost:6380/3", configuration(.tcp(host: "localhost", port: 6380)) { $0.database = 3 }),
        ("redis://10.0.0.1?db=2", configuration(.tcp(host: "10.0.0.1", port: 6379)) { $0.database = 2 }),
        ("redis://[::1]:7000", configuration(.tcp(host: "::1", port: 7000))),
        ("redis://[::1]", configuration(.tcp(host: "::1", port: 6379))),
        (
            "redis://:s%40crat@h",
            configuration(.tcp(host: "h", port: 6379)) { $0.password = RedisSecret("s@crat") }
        ),
        (
            "redis://me:a:b@h/1?name=worker-1",
            configuration(.tcp(host: "h", port: 6379)) {
                $0.username = "me"
                $0.password = RedisSecret("a:b")
                $0.database = 1
                $0.clientName = "worker-1"
            }
        ),
        ("rediss://h", configuration(.tcp(host: "h", port: 6379)) { $0.tls = tls() }),
        (
            "rediss://h?verify=chain&cacert=/ca.pem&cert=/c.pem&key=/k.pem&sni=redis.example",
            configuration(.tcp(host: "h", port: 6379)) {
                $0.tls = tls {
                    $0.verification = .chain
                    $0.authoritiesFile = "/ca.pem"
                    $0.certificateFile = "/c.pem"
                    $0.keyFile = "/k.pem"
                    $0.serverName = "redis.example"
                }
            }
        ),
        (
            "redis+sentinel://me:p@s1,s2:1/main/2?sentinelUser=w&sentinelPassword=q&waitReplicas=1",
            configuration(.tcp(host: "s1", port: 26_379)) {
                var sentinels = RedisSentinels(
                    addresses: [.tcp(host: "s1", port: 26_379), .tcp(host: "s2", port: 1)],
                    master: "main"
                )
                sentinels.username = "w"
                sentinels.password = RedisSecret("q")
                $0.topology = .sentinel(sentinels)
                $0.username = "me"
                $0.password = RedisSecret("p")
                $0.database = 2
                $0.waitReplicas = 1
            }
        ),
        (
            "rediss+cluster://:p@h1:7000,[::1]?name=w",
            configuration(.tcp(host: "h1", port: 7_000)) {
                $0.topology = .cluster(seeds: [.tcp(host: "h1", port: 7_000), .tcp(host: "::1", port: 6_379)])
                $0.password = RedisSecret("p")
                $0.clientName = "w"
                $0.tls = tls()
            }
        ),
        ("redis+unix:///run/redis.sock", configuration(.unixSocket(path: "/run/redis.sock"))),
        (
            "redis+unix://u:p@/a%20b.sock?db=4",
            configuration(.unixSocket(path: "/a b.sock")) {
                $0.username = "u"
                $0.password = RedisSecret("p")
                $0.database = 4
            }
        ),
    ]

    @Test("reads", arguments: valid)
    func reads(url: String, configuration: RedisConfiguration) throws {
        #expect(try RedisConfiguration(url: url) == configuration)
    }

    @Test(
        "refuses, and says what is wrong",
        arguments: [
            ("", "redis+unix://"),
            ("localhost:6379", "no scheme"),
            ("http://h", "the scheme http:// is not known; known are redis://, rediss://, redis+unix://"),
            ("redis://", "names no host"),
            ("redis:///3", "names no host"),
            ("redis://h:0", "1 to 65535"),
            ("redis://h:70000", "1 to 65535"),
            ("redis://h:x", "1 to 65535"),
            ("redis://[::1", "not closed"),
            ("redis://[::1]x", "after ]"),
            ("redis://h/x", "database is a number"),
            ("redis://h/-1", "database is a number"),
            ("redis://h?db=x", "database is a number"),
            ("redis://me@h", "a user but no password"),
            ("redis://h?timeout=3", "option timeout is not known"),
            ("redis://h?db", "option db has no value"),
            ("redis://h?name=a%20b", "without spaces"),
            ("redis://h?cacert=/x", "needs rediss://"),
            ("rediss://h?verify=maybe", "full, chain or none"),
            ("rediss://h?cert=/c.pem", "come together"),
            ("redis+sentinel://a,b", "redis+sentinel://host1,host2/NAME"),
            ("redis+sentinel://a,/main", "names no host"),
            ("redis+sentinel://a/main/0/1", "redis+sentinel://host1,host2/NAME"),
            ("redis+sentinel://a/main/x", "database is a number"),
            ("redis+sentinel://a/main?sentinelUser=w", "needs sentinelPassword"),
            ("redis://a?sentinelPassword=w", "needs redis+sentinel://"),
            ("redis+cluster://a/1", "database 0 only"),
            ("redis+cluster://a?db=1", "database 0 only"),
            ("redis+cluster://a,b:x", "1 to 65535"),
            ("redis://a?waitReplicas=-1", "from 0 to 100"),
            ("redis+unix://h/x", "redis+unix:///absolute/path"),
            ("redis+unix://", "redis+unix:///absolute/path"),
            ("redis://h%zz", "hexadecimal"),
        ]
    )
    func refuses(url: String, reason: String) throws {
        let error = try #require(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error.code == .invalidURL)
        #expect(error.message.contains(reason), "\(error.message)")
    }

    @Test(
        "an error about a URL does not repeat its password",
        arguments: [
            "redis://:hunter2@h:x", "redis://:hunt/er2@h", "redis://:hunt?er2@h", "redis://:hunter2%zz@h",
            "redis://:hunter2@", "hunter2", "hunter2://h", "redis://me:hunter2@h/x", "redis+unix://:hunter2@h/x",
            "redis+sentinel://:hunter2@a,b", "redis+sentinel://a/main?sentinelPassword=hunter2%zz",
            "redis+cluster://:hunter2@a/9",
        ]
    )
    func passwordsInErrors(url: String) throws {
        let error = try #require(throws: RedisError.self) { try RedisConfiguration(url: url) }
        for text in ["\(error)", String(reflecting: error)] where url != "hunter2://h" {
            #expect(!text.contains("hunt") && !text.contains("er2"), "\(text)")
        }
    }

    @Test("a configuration does not show its password, however it is printed")
    func passwordsInDescriptions() throws {
        let configuration = try RedisConfiguration(url: "rediss://me:hunter2@h/3")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect("\(configuration)" == "rediss://h:6379/3")
    }

    @Test("a configuration prints as the address that one would type")
    func descriptions() throws {
        #expect("\(try RedisConfiguration(url: "redis://[::1]:1/2"))" == "redis://[::1]:1/2")
        #expect("\(try RedisConfiguration(url: "redis+unix:///s?db=1"))" == "redis+unix:///s?db=1")
        let sentinel = "rediss+sentinel://a:26379,b:1/main/0"
        #expect("\(try RedisConfiguration(url: sentinel + "?sentinelPassword=x"))" == sentinel)
        #expect("\(try RedisConfiguration(url: "redis+cluster://:x@a,b"))" == "redis+cluster://a:6379,b:6379")
    }
}
