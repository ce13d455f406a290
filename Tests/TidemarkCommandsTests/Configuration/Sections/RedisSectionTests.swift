import Redis
import Testing

@testable import TidemarkCommands

@Suite struct RedisSectionTests {
    private static let providers = "\nproviders: {a: {source: {exec: {command: [a]}}}}"

    @Test func keysCompleteTheURL() throws {
        let section = try parse(
            """
            redis:
              url: rediss://redis.example.com
              username: me
              password: ${PASSWORD}
              tls: { ca: ca.pem, certificate: c.pem, key: /k.pem, serverName: redis.internal }
            """ + Self.providers,
            environment: ["PASSWORD": "hunter22"]
        ).redis
        let redis = try #require(try section.configuration())
        #expect(redis.address == .tcp(host: "redis.example.com", port: 6379))
        #expect(redis.username == "me")
        #expect(redis.password?.value == "hunter22")
        #expect(redis.tls?.authoritiesFile == "/etc/tidemark/ca.pem")
        #expect(redis.tls?.certificateFile == "/etc/tidemark/c.pem")
        #expect(redis.tls?.keyFile == "/k.pem")
        #expect(redis.tls?.serverName == "redis.internal")
    }

    @Test func theURLGoesBeforeTheKeysAndTheCommandLineBeforeBoth() throws {
        let configuration = try parse(
            "redis: {url: \"redis://u:url-password@a\", password: \"${P}\"}" + Self.providers,
            environment: ["P": "key-password"]
        )
        #expect(try configuration.redis.configuration()?.password?.value == "url-password")
        #expect(try configuration.redis.configuration(overriding: "redis://b")?.address == .tcp(host: "b", port: 6379))
        #expect(Set(configuration.secrets) == ["url-password", "key-password"])
    }

    @Test func whatAsksForTLSDoesNotGoWithoutIt() {
        let found = problems("redis: { url: redis://a, tls: { ca: ca.pem } }" + Self.providers)
        #expect(found.first?.hasPrefix(":1:8: redis: `tls` is set, but `url` is not encrypted") == true, "\(found)")
    }

    @Test func withoutAURLThereIsNone() throws {
        #expect(try RedisSection().configuration() == nil)
    }

    @Test func aWrongURLHasItsPlace() {
        let found = problems("redis:\n  url: http://redis" + Self.providers)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(":2:8: redis.url: ") == true)
        #expect(found.first?.contains("redis+unix://") == true)
    }
}
