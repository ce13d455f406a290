import TestSupport
import Testing

@testable import Ingestion

/// The scripts that let calls go, one by one.
@Suite struct SpendTests {
    private func withStore(_ body: (TestEngine, Store) async throws -> Void) async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { try await body($0, $0.store) }
    }

    @Test(
        "no span has more calls than the rate allows, however they come",
        arguments: [(1, 1), (7, 10), (10, 1), (100, 60)],
        [0, 200, 100_000]
    )
    func rate(_ numbers: (calls: Int, seconds: Int), patience: Int) async throws {
        try await withStore { engine, store in
            let rate = CallRate(calls: numbers.calls, per: .seconds(numbers.seconds))
            let clock = RedisClock(engine)
            while clock.count < 3 * rate.calls + 10 {
                var pause = Duration.zero
                try await clock.note {
                    switch try await store.spend(of: "test", at: rate, waiting: .milliseconds(patience)) {
                    case .go(let wait): return wait
                    case .later(let wait): pause = wait
                    case .held: throw Unexpected()
                    }
                    return nil
                }
                // Sometimes too early.
                engine.time.advance(by: Bool.random() ? pause : pause / 3)
            }
            #expect(clock.allows(rate))
        }
    }

    @Test("who comes when calls are due gets nine tenths of the rate at the least")
    func throughput() async throws {
        try await withStore { engine, store in
            let rate = CallRate(calls: 100, per: .seconds(60))
            var (calls, elapsed) = (0, Duration.zero)
            while elapsed < .seconds(180) {
                switch try await store.spend(of: "test", at: rate, waiting: .zero) {
                case .go: calls += 1
                case .later(let wait):
                    engine.time.advance(by: wait)
                    elapsed += wait
                case .held: throw Unexpected()
                }
            }
            #expect(calls >= 270)
        }
    }

    @Test("another rate takes over at once what the one before has left")
    func anotherRate() async throws {
        try await withStore { _, store in
            let slow = CallRate(calls: 1, per: .seconds(3_600))
            #expect(try await store.spend(of: "test", at: slow, waiting: .zero) == .go(.zero))
            guard case .later = try await store.spend(of: "test", at: slow, waiting: .zero) else { throw Unexpected() }
            let fast = CallRate(calls: 10, per: .seconds(1))
            guard case .later(let wait) = try await store.spend(of: "test", at: fast, waiting: .zero) else {
                throw Unexpected()
            }
            #expect(wait <= .milliseconds(100))
        }
    }

    @Test("U8: while the source is to be left alone no call is let go, with a rate and without")
    func held() async throws {
        try await withStore { engine, store in
            let rate = CallRate(calls: 10, per: .seconds(1))
            #expect(try await store.postpone("test", for: .seconds(100)) == .seconds(100))
            for rate in [rate, nil] {
                let spent = try await store.spend(of: "test", at: rate, waiting: .seconds(1_000))
                guard case .held(let wait) = spent else { throw Unexpected() }
                #expect(wait > .seconds(60) && wait <= .seconds(100))
            }
            // What is asked for later does not shorten it.
            #expect(try await store.postpone("test", for: .seconds(1)) > .seconds(60))
            engine.time.advance(by: .seconds(100))
            #expect(try await store.spend(of: "test", at: rate, waiting: .zero) == .go(.zero))
        }
    }

    @Test("a source that does not say for how long is left alone for a minute, then for twice as long each time")
    func unsaid() async throws {
        try await withStore { engine, store in
            for seconds in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
                let pause = try await store.postpone("test", for: nil)
                #expect(pause == .seconds(seconds))
                // Others that it refused at the same time.
                #expect(try await store.postpone("test", for: nil) <= pause)
                engine.time.advance(by: pause)
            }
            engine.time.advance(by: .seconds(3_700))
            #expect(try await store.postpone("test", for: nil) == .seconds(60))
        }
    }

    @Test("a person who triggers the provider lets its calls go")
    func trigger() async throws {
        try await withStore { engine, store in
            _ = try await store.postpone("test", for: .seconds(100))
            try await engine.operations.trigger("test")
            #expect(try await store.spend(of: "test", at: nil, waiting: .zero) == .go(.zero))
        }
    }

    @Test("a provider that Redis does not know has nothing to keep to, and is not made known")
    func unknown() async throws {
        try await withStore { engine, store in
            let rate = CallRate(calls: 1, per: .seconds(1))
            let pause = try await store.postpone("other", for: .seconds(100))
            #expect(pause == .zero)
            #expect(try await store.spend(of: "other", at: rate, waiting: .zero) == .go(.zero))
            #expect(try await engine.operations.providers() == ["test"])
        }
    }
}
