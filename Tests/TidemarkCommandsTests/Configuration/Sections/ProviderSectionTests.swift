import Ingestion
import Logging
import Testing

@testable import TidemarkCommands

@Suite struct ProviderSectionTests {
    @Test func everyOptionReachesTheProvider() throws {
        let configuration = try parse(
            """
            providers:
              my.provider-1:
                burstLength: 500ms
                burstInterval: 2s
                restLength: 3m
                backoff: [1s, 2h]
                maxAttempts: 7
                pageTimeout: 1m
                concurrency: 3
                maxPages: 10
                publish: all
                rejectEmptySourceCollections: false
                rejectRemovalsAbovePercentage: 0
                removeAfterMisses: 2
                locationKey: "key"
                annotationKey: example.com/provider
                managedByLocation: url:https://example.com
                source: { exec: { command: [list] } }
            """
        )
        let provider = configuration.providers[0].provider(source: NoSource())
        #expect(provider.name == "my.provider-1")
        #expect(provider.burstLength == .milliseconds(500))
        #expect(provider.burstInterval == .seconds(2))
        #expect(provider.restLength == .seconds(180))
        #expect(provider.backoff == [.seconds(1), .seconds(7_200)])
        #expect(provider.maxAttempts == 7)
        #expect(provider.pageTimeout == .seconds(60))
        #expect(provider.concurrency == 3)
        #expect(provider.maxPages == 10)
        #expect(provider.publish == .all)
        #expect(!provider.rejectEmptySourceCollections)
        #expect(provider.rejectRemovalsAbovePercentage == 0)
        #expect(provider.removeAfterMisses == 2)
        #expect(provider.locationKey == "key")
        #expect(configuration.providers[0].locationKey == "key")
        #expect(provider.annotationKey == "example.com/provider")
        #expect(provider.managedByLocation == "url:https://example.com")
    }

    @Test(
        "two misses are needed by default where positions are counted, or may be",
        arguments: [
            ("http: {url: 'http://a', pagination: page}", 2), ("http: {url: 'http://a', pagination: offset}", 2),
            ("http: {url: 'http://a', pagination: linkHeader}", 1),
            ("http: {url: 'http://a', pagination: {keyset: {last: .id, parameter: after}}}", 1),
            ("http: {url: 'http://a', pagination: none, each: {b: {parent: '{id}', url: /b, pagination: page}}}", 2),
            (
                "graphql: {url: 'http://a', connection: a, query: 'query($first: Int, $after: String) "
                    + "{ a(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } } }'}",
                2
            ),
            ("github: {entities: users, organization: o, auth: {bearer: t}}", 1), ("exec: {command: [a]}", 1),
        ]
    )
    func defaultOfRemoveAfterMisses(source: String, misses: Int) throws {
        let section = try parse("providers: {a: {source: {\(source)}}}").providers[0]
        let built = try #require(section.source).value.build(Logger(label: "test"))
        #expect(section.provider(source: built).removeAfterMisses == misses)
    }

    @Test func providersKeepTheOrderOfTheFile() throws {
        let configuration = try parse(
            "providers: {b: {source: {exec: {command: [a]}}}, a: {source: {exec: {command: [a]}}}}"
        )
        #expect(configuration.providers.map(\.name) == ["b", "a"])
    }

    @Test("Who only needs Redis is not asked for the sources' tokens")
    func redisNeedsNoTokens() throws {
        let yaml =
            "redis: {lanes: 4}\nproviders: {a: {source: {http: {url: \"${URL}\", auth: {bearer: \"${TOKEN}\"}}}}}"
        let configuration = try Configuration.parse(yaml, file: "t.yaml", environment: [:], scope: .redis) { _ in "" }
        #expect(configuration.redis.lanes == 4)
        #expect(throws: ConfigurationError.self) { try parse(yaml) }
        #expect(throws: ConfigurationError.self) {
            try Configuration.parse("redis: {lanes: x}", file: "t.yaml", environment: [:], scope: .redis) { _ in "" }
        }
    }
}
