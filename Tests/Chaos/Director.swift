internal import Catalog
internal import CatalogConsumer
internal import Foundation
internal import Ingestion
internal import Redis
internal import Synchronization
internal import TestSupport

/// Leads one provider from cycle to cycle: changes the source, starts a cycle, gives operators' commands meanwhile, and
/// compares when it has completed.
final class Director: Sendable {
    struct Differences: Sendable {
        var missing: [String] = []
        var extra: [String] = []
        /// The body is another.
        var different: [String] = []

        var isEmpty: Bool { missing.isEmpty && extra.isEmpty && different.isEmpty }
    }

    struct Result: Sendable {
        var completed = 0
        var compared = 0
        var differences = Differences()
        /// Invariants that did not hold after a cycle.
        var violations: [String] = []
    }

    let source: ChaosSource
    private let auditor: StreamAuditor
    /// Connected directly.
    private let observer: Operations
    /// Connected through a proxy.
    private let commands: Operations
    private let catalogPath: String
    private let counts: FaultCounts
    private let state = Mutex(Result())
    private let deadline = Mutex<ContinuousClock.Instant?>(nil)

    init(
        source: ChaosSource,
        auditor: StreamAuditor,
        observer: Operations,
        commands: Operations,
        catalogPath: String,
        counts: FaultCounts
    ) {
        (self.source, self.auditor, self.observer, self.commands) = (source, auditor, observer, commands)
        (self.catalogPath, self.counts) = (catalogPath, counts)
    }

    var result: Result { state.withLock { $0 } }

    /// From now on, what does not come by then will never come.
    func hurry(until instant: ContinuousClock.Instant) { deadline.withLock { $0 = instant } }

    private func wait(for what: String, _ pause: Duration) async throws {
        if let deadline = deadline.withLock({ $0 }), ContinuousClock.now > deadline {
            throw ChaosError("\(source.name) still waits for \(what), long after the last fault")
        }
        try await Task.sleep(for: pause)
    }

    /// One cycle after the other while `goesOn`.
    func run(seed: UInt64, while goesOn: @Sendable () -> Bool) async throws {
        var generator = SeededGenerator(seed: seed)
        while goesOn() {
            try await cycle(&generator, commandsWhile: goesOn)
        }
    }

    /// A cycle over a source that changes before it and not during it.
    func undisturbedCycle(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        try await cycle(&generator, commandsWhile: { false })
    }

    private func cycle(_ generator: inout SeededGenerator, commandsWhile goesOn: @Sendable () -> Bool) async throws {
        let name = source.name
        let before = auditor.current.completed
        if before > 0 {
            source.change(using: &generator)
            // Makes the first job of the next cycle due.
            try await insist("its next cycle") { _ = try await observer.trigger(name) }
        }
        var hasEvents = false
        while true {
            try await wait(for: "cycle \(before + 1)", generator.milliseconds(50...400))
            guard let status = try? await observer.status(of: name) else { continue }
            if status.phase == .resting, status.pausedSince == nil, status.republishing == nil,
                auditor.current.completed > before, try await compare(stream: !hasEvents)
            {
                break
            }
            let share = goesOn() ? 0.3 : 1
            switch status.phase {
            case _ where status.pausedSince != nil:
                if generator.chance(share) { try? await commands.resume(name) }
            case .cancelled, .failed, .held:
                if generator.chance(share) { try? await commands.start(name) }
            case .resting where auditor.current.completed == before: _ = try? await commands.trigger(name)
            default:
                guard goesOn(), generator.chance(0.1) else { continue }
                counts.add(.operatorCommand)
                if try await command(&generator) { hasEvents = true }
            }
        }
        state.withLock { $0.completed += 1 }
    }

    /// One command at random; true when it was a live event, by which the catalog may differ from the source for now. A
    /// command whose reply was lost may have had its effect.
    private func command(_ generator: inout SeededGenerator) async throws -> Bool {
        let name = source.name
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: _ = try? await commands.pause(name)
        case 1: try? await commands.cancel(name)
        case 2: try? await commands.start(name)
        case 3: try? await commands.resync(name)
        case 4, 5: _ = try? await commands.trigger(name)
        default:
            try? await event(&generator)
            return true
        }
        return false
    }

    /// Something new, something changed and something removed that the source still has: the next cycle mends it all.
    private func event(_ generator: inout SeededGenerator) async throws {
        let provider = Provider(name: source.name, source: TestSource([]))
        let new = TestSource.entity("\(source.name)-event-\(generator.next())")
        let names = source.sample(2, using: &generator)
        let page = try PreparedPage(Page(entities: [new, names[0]]), at: nil, of: provider, events: 0)
        let gone = try PreparedPage(Page(entities: [names[1]]), at: nil, of: provider, events: 0)
        try await commands.apply(PreparedEvent(added: page.entities, removed: gone.entities.map(\.ref)), to: provider)
    }

    // MARK: - Comparing

    /// Compares the catalog with the stream and the source, once the consumer and the auditor have the last entry there is, which
    /// may be an event's behind the end of the cycle; false before, or when something was deleted just now.
    private func compare(stream comparable: Bool) async throws -> Bool {
        let name = source.name
        let losses = counts.losses
        let newest = RedisCommand("XREVRANGE", observer.store.keys(of: name).deltas, "+", "-", "COUNT", "1")
        let providers = try? await SQLiteCatalog(readingAt: catalogPath).providers()
        guard let last = try? await observer.store.redis.send(newest).array?.first?.array?.first?.string,
            let consumed = providers?.first(where: { $0.name == name })?.lastEntryID,
            auditor.current.last == last, consumed.description == last
        else { return false }
        var stored: [String: UInt64] = [:]
        for try await element in try SQLiteCatalog(readingAt: catalogPath).digests(provider: name) {
            stored[element.ref] = element.digest
        }
        let published = auditor.current.catalog.mapValues(\.digest)
        guard counts.losses == losses else { return false }
        add(differences(of: stored, from: published), "the catalog differs from the stream")
        try await verify()
        guard comparable else { return true }
        add(differences(of: stored, from: try source.digests()), "the catalog differs from the source")
        state.withLock { $0.compared += 1 }
        return true
    }

    /// Checks the invariants, unless Redis is away for the moment.
    private func verify() async throws {
        guard let verification = try? await Verifier(store: observer.store).verify(source.name) else { return }
        for check in verification.checks where check.violations > 0 {
            let examples = check.examples.prefix(3).joined(separator: "; ")
            let violation = "\(source.name), \(result.completed) cycles: \(check.title): \(examples)"
            say(violation)
            state.withLock { $0.violations.append(violation) }
        }
    }

    /// Notes something that does not hold.
    func note(_ violation: String) { state.withLock { $0.violations.append(violation) } }

    private func differences(of catalog: [String: UInt64], from source: [String: UInt64]) -> Differences {
        Differences(
            missing: source.keys.filter { catalog[$0] == nil }.sorted(),
            extra: catalog.keys.filter { source[$0] == nil }.sorted(),
            different: source.filter { catalog[$0.key] != nil && catalog[$0.key] != $0.value }.map(\.key).sorted()
        )
    }

    private func add(_ differences: Differences, _ what: String) {
        guard !differences.isEmpty else { return }
        say(
            "\(source.name), \(result.completed) cycles: \(what): missing \(differences.missing.prefix(5)), extra "
                + "\(differences.extra.prefix(5)), different \(differences.different.prefix(5))"
        )
        state.withLock { state in
            state.differences.missing += differences.missing
            state.differences.extra += differences.extra
            state.differences.different += differences.different
        }
    }

    /// Tries until it succeeds: Redis or the consumer may be away for a moment.
    private func insist(_ what: String, _ body: () async throws -> Void) async throws {
        while true {
            do { return try await body() } catch { try Task.checkCancellation() }
            try await wait(for: what, .milliseconds(100))
        }
    }
}
