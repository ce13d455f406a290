import NIOCore
import Synchronization
import Testing

@testable import Administration

@Suite struct WatchFeedTests {
    private static let time = Array("time\n".utf8)

    private static func topics(_ texts: [String: String]) -> [String: [UInt8]] {
        texts.mapValues { Array("\($0)\n".utf8) }
    }

    private static func text(_ news: WatchFeed.News?) -> String? { news.map { String(buffer: $0.bytes) } }

    @Test("who comes is told all that is, then what is new, and nothing twice")
    func news() {
        let feed = WatchFeed()
        let (id, _) = feed.join {}
        #expect(feed.news(for: id, since: 0) == nil)
        #expect(feed.publish(Self.topics(["a": "a1", "b": "b1"]), time: Self.time))
        let first = feed.news(for: id, since: 0)
        #expect(Self.text(first) == "a1\nb1\ntime\n")
        #expect(feed.news(for: id, since: first?.version ?? 0) == nil)
        #expect(!feed.publish(Self.topics(["a": "a1", "b": "b1"]), time: Self.time))
        #expect(feed.news(for: id, since: first?.version ?? 0) == nil)
        #expect(feed.publish(Self.topics(["a": "a1", "b": "b2"]), time: Self.time))
        #expect(Self.text(feed.news(for: id, since: first?.version ?? 0)) == "b2\ntime\n")
        #expect(Self.text(feed.news(for: feed.join {}.id, since: 0)) == "a1\nb2\ntime\n")
        feed.leave(id)
        #expect(feed.news(for: id, since: 0) == nil)
    }

    @Test("a heartbeat is told though nothing is new; what is no more is told to nobody")
    func heartbeat() {
        let feed = WatchFeed()
        let (id, _) = feed.join {}
        feed.publish(Self.topics(["a": "a1", "b": "b1"]), time: Self.time)
        let version = feed.news(for: id, since: 0)?.version ?? 0
        #expect(feed.publish(Self.topics(["a": "a1", "b": "b1"]), time: Self.time, isHeartbeat: true))
        #expect(Self.text(feed.news(for: id, since: version)) == "time\n")
        feed.publish(Self.topics(["b": "b1"]), time: Self.time)
        #expect(Self.text(feed.news(for: feed.join {}.id, since: 0)) == "b1\ntime\n")
    }

    @Test("a thousand who watch share the same bytes")
    func shared() throws {
        let feed = WatchFeed()
        let ids = (0..<1_000).map { _ in feed.join {}.id }
        feed.publish(Self.topics(["a": "a1"]), time: Self.time)
        let version = feed.news(for: ids[0], since: 0)?.version ?? 0
        feed.publish(Self.topics(["a": String(repeating: "a", count: 1_000)]), time: Self.time)
        let storages = try ids.map { id in
            let news = try #require(feed.news(for: id, since: version))
            return news.bytes.withUnsafeReadableBytes { Int(bitPattern: $0.baseAddress) }
        }
        #expect(Set(storages).count == 1)
    }

    @Test("who was slow is told what is, not all that was")
    func slow() {
        let feed = WatchFeed()
        let (id, _) = feed.join {}
        for number in 1...1_000 { feed.publish(Self.topics(["a": "a\(number)"]), time: Self.time) }
        #expect(Self.text(feed.news(for: id, since: 0)) == "a1000\ntime\n")
    }

    @Test("who does not take what it is sent is cut off, and the others are told on")
    func tooSlow() async {
        let feed = WatchFeed(patience: .seconds(10))
        let cut = Mutex<[String]>([])
        let (stuck, signals) = feed.join { cut.withLock { $0.append("stuck") } }
        let (quick, _) = feed.join { cut.withLock { $0.append("quick") } }
        let start = ContinuousClock.now
        feed.publish(Self.topics(["a": "a1"]), time: Self.time, now: start)
        _ = feed.news(for: stuck, since: 0, now: start)
        let version = feed.news(for: quick, since: 0, now: start)?.version ?? 0
        #expect(feed.news(for: quick, since: version, now: start) == nil)
        feed.publish(Self.topics(["a": "a2"]), time: Self.time, now: start.advanced(by: .seconds(10)))
        #expect(cut.withLock { $0 } == [])
        feed.publish(Self.topics(["a": "a3"]), time: Self.time, now: start.advanced(by: .seconds(11)))
        #expect(cut.withLock { $0 } == ["stuck"])
        for await _ in signals {}  // It ends.
        #expect(feed.news(for: stuck, since: 0) == nil)
        #expect(Self.text(feed.news(for: quick, since: version)) == "a3\ntime\n")
    }

    @Test("no more may watch than it bears, and nobody once it is closed")
    func limits() async {
        let feed = WatchFeed(most: 2)
        let first = feed.join {}
        #expect(!feed.isFull)
        _ = feed.join {}
        #expect(feed.isFull)
        feed.close()
        for await _ in first.signals {}  // It ends.
        for await _ in feed.join({}).signals {}  // So does this.
        #expect(!feed.isWatched)
    }

    @Test("what was told is forgotten when nobody watches")
    func forgets() {
        let feed = WatchFeed()
        let (id, _) = feed.join {}
        feed.publish(Self.topics(["a": "a1"]), time: Self.time)
        feed.forget()
        #expect(feed.news(for: id, since: 0) != nil)
        feed.leave(id)
        feed.forget()
        #expect(feed.news(for: feed.join {}.id, since: 0) == nil)
    }
}
