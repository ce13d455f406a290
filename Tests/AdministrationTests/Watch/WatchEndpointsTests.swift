import Catalog
import Ingestion
import NIOCore
import NIOHTTP1
import Redis
import TestSupport
import Testing

@testable import Administration

@Suite struct WatchEndpointsTests {
    @Test("who watches is told who they are, then all that is, then what changes")
    func watch() async throws {
        try await APISite.with { site in
            var watching = try await Watching(site)
            #expect(watching.status == 200)
            #expect(watching.headers.first(name: "Content-Type") == "text/event-stream")
            #expect(watching.headers.first(name: "Cache-Control") == "no-store")
            var names: [String] = []
            var messages: [String: JSON] = [:]
            while messages["time"] == nil, let message = try await watching.next() {
                names.append(message.name)
                messages[message.name] = message.data
            }
            #expect(names == ["access", "providers", "provider", "history", "trouble", "workers", "time"])
            #expect(messages["access"]?["caller"] == "grafana" && messages["access"]?["scope"] == "read")
            #expect(messages["providers"] == ["github"] && messages["workers"] == [])
            let provider = try #require(messages["provider"])
            #expect(provider["name"] == "github" && provider["known"] == 2 && provider["status"] == "resting")
            #expect(provider["groups"] == [] && provider["problems"] == [] && provider["rate"] == .number(0))
            #expect(messages["history"]?["cycles"]?[0]?["added"] == 2)

            try await site.ask("POST", "/api/v1/providers/github/pause")
            let paused = try await watching.first { $0.name == "provider" }
            #expect(paused?.data["status"] == "paused")
            try await site.ask("POST", "/api/v1/providers/github/resume")
            site.source.list([TestSource.entity("a"), TestSource.entity("c")])
            try await site.engine.runAnotherCycle("github")
            let history = try await watching.first { $0.name == "history" && $0.data["cycles"]?.array?.count == 2 }
            #expect(history?.data["cycles"]?[0]?["removed"] == 1)
        }
    }

    @Test("a manage token is told so; without one that is known nobody watches", arguments: [nil, "wrong"])
    func access(_ token: String?) async throws {
        try await APISite.with { site in
            #expect(try await Watching(site, token: token).status == 401)
            var watching = try await Watching(site, token: APISite.manage.text)
            #expect(try await watching.next()?.data["scope"] == "manage")
            // None of it is kept for HEAD.
            #expect(try await site.ask("HEAD", "/api/v1/watch").status == 200)
        }
    }

    @Test("Redis is read once however many watch, and not at all while nobody does")
    func oneReader() async throws {
        try await withEngine([.test("github", TestSource(names: ["a"]))]) { engine in
            let watch = StateWatch(
                engine.operations,
                pageTimeouts: [:],
                interval: .seconds(3_600),
                heartbeat: .seconds(3_600),
                feed: WatchFeed(),
                logger: .quiet
            )
            func readings() async throws -> Int {
                let text = try await engine.store.redis.call("INFO", "commandstats").string ?? ""
                let line = text.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_smembers:calls=") }
                return line.flatMap { Int($0.dropFirst(23).prefix { $0.isNumber }) } ?? 0
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                let before = try await readings()
                let watchers = (0..<100).map { _ in watch.feed.join {} }
                group.addTask { try await watch.run() }
                for watcher in watchers {
                    var signals = watcher.signals.makeAsyncIterator()
                    _ = await signals.next()
                    #expect(watch.feed.news(for: watcher.id, since: 0)?.bytes.readableBytes ?? 0 > 100)
                }
                #expect(try await readings() == before + 1)
                group.cancelAll()
            }
            #expect(!watch.feed.isWatched)
        }
    }

    @Test("while Redis cannot be reached, those who watch are told, and told again what is when it can")
    func trouble() async throws {
        try await withEngine([.test("github", TestSource(names: ["a"]))]) { engine in
            let watch = StateWatch(
                engine.operations,
                pageTimeouts: [:],
                interval: .milliseconds(10),
                heartbeat: .seconds(3_600),
                feed: WatchFeed(),
                logger: .quiet
            )
            let hash = engine.store.lane(of: "github").providers
            // What is no set cannot be read as one.
            let members = try await engine.store.redis.call("SMEMBERS", hash).array ?? []
            _ = try await engine.store.redis.call("DEL", hash)
            _ = try await engine.store.redis.call("SET", hash, "no set")
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (id, signals) = watch.feed.join {}
                group.addTask { try await watch.run() }
                var iterator = signals.makeAsyncIterator()
                _ = await iterator.next()
                let first = try #require(watch.feed.news(for: id, since: 0))
                #expect(String(buffer: first.bytes).contains("event: trouble\ndata: \"Redis cannot be reached"))
                _ = try await engine.store.redis.call("DEL", hash)
                for member in members.compactMap(\.string) {
                    _ = try await engine.store.redis.call("SADD", hash, member)
                }
                _ = await iterator.next()
                let second = try #require(watch.feed.news(for: id, since: first.version))
                #expect(String(buffer: second.bytes).contains("event: trouble\ndata: null"))
                #expect(String(buffer: second.bytes).contains("event: providers\ndata: [\"github\"]"))
                group.cancelAll()
            }
        }
    }

    @Test("on shutdown those who watch are let go, and the server ends")
    func shutDown() async throws {
        var watching: Watching?
        try await APISite.with { site in
            watching = try await Watching(site)
            #expect(try await watching?.next()?.name == "access")
        }
        while try await watching?.next() != nil {}
    }
}
