import Catalog
import EntitySources
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// A worker that dies or freezes while it asks a directory what changed; another goes on.
@Suite(.serialized) struct FeedCrashPointTests {
    /// What a worker calls for it, each once in a turn.
    static let scripts = ["poll", "changes", "polled"]

    private static let name = "directory"
    private static let calls = Dictionary(
        uniqueKeysWithValues: Scripts.ofWorkers.map { ($0.sha1, $0.name) }
    )

    @Test("a worker that asks what changed, at", arguments: scripts, CrashFault.all)
    func crash(_ script: String, _ fault: CrashFault) async throws {
        try await withSite { slapd, engine, proxy, path in
            try await engine.runCycle(Self.name)
            try await slapd.changeEachWay()
            proxy.hold(fault.position, where: CrashCall.script(script).matcher(Scripts.all))
            try await withTidemark(["worker"], name: "worker", in: path) { worker in
                try await eventually { proxy.isHolding }
                switch fault.end {
                case .killed: try worker.send(.kill)
                case .frozen:
                    try worker.send(.suspend)
                    try await takeOver(engine)
                    try await wake(worker, proxy, engine)
                }
                try await eventually { worker.hasEnded }
            }
            if fault.end == .killed { try await takeOver(engine) }
            #expect(proxy.scripts.subtracting(Self.calls.keys).isEmpty, "a script that it must not call")
            #expect(try await engine.violations(of: Self.name) == [])
            let events = try await engine.deltas(of: Self.name).filter { $0.origin == .event }
            let told = events.flatMap { $0.added.map(\.entity.ref.name) + $0.removed.map(\.entityRef.name) }
            #expect(told.sorted() == ["alice", "bob", "carol", "caroline", "dave"])
            #expect(
                try await engine.catalog(of: Self.name).keys.sorted()
                    == ["group:default/staff"] + ["alice", "caroline", "dave"].map { "user:default/\($0)" }
            )
        }
        print("ok: worker that asks what changed, \(script), \(fault)")
    }

    /// Another worker asks, past the turn of the first.
    private func takeOver(_ engine: TestEngine) async throws {
        engine.time.advance(by: .seconds(120))
        // Its own sign of life is that old, too.
        try await engine.worker.register()
        await engine.worker.poll(Self.name)
        let feed = try #require(try await engine.operations.status(of: Self.name).feed)
        #expect(feed.failures == 0 && feed.caughtUpAt != nil)
    }

    /// Lets a frozen worker go on: what it wrote late, and all that it does until it has ended, changes nothing.
    private func wake(_ worker: TidemarkProcess, _ proxy: FaultyProxy, _ engine: TestEngine) async throws {
        let before = try await snapshot(engine)
        proxy.letGo()
        try await eventually { proxy.isAnswered }
        #expect(try await snapshot(engine) == before)
        try worker.send(.resume)
        try worker.send(.terminate)
        try await eventually { worker.hasEnded }
        #expect(try await snapshot(engine) == before)
    }

    /// Every key of the provider, with a digest of its value.
    private func snapshot(_ engine: TestEngine) async throws -> [String: String] {
        let redis = engine.store.redis
        let keys = (try await redis.call("KEYS", engine.store.keys(of: Self.name).hash + "*").array ?? [])
            .compactMap(\.string).filter { !$0.hasSuffix(":workers") }
        let digests = try await redis.send(RedisCommand("DEBUG", arguments: ["DIGEST-VALUE"] + keys))
        return Dictionary(zip(keys, (digests.array ?? []).map { $0.string ?? "" }), uniquingKeysWith: { $1 })
    }

    private func withSite(
        _ body: (TestDirectory, TestEngine, FaultyProxy, String) async throws -> Void
    ) async throws {
        try await withTestDirectory(TestDirectory.people.ldif, options: TestDirectory.synchronizing()) { slapd in
            var search = LDAPSource.Configuration(url: slapd.url)
            search.users = LDAPSource.Search(bases: [TestEntries.people])
            search.users?.filter = "(objectClass=inetOrgPerson)"
            search.users?.name = LDAPMapping.userName
            // As the configuration of the process says it: both have one plan.
            search.groups = LDAPSource.Search(bases: [TestEntries.groups], pageSize: 100)
            search.groups?.filter = LDAPMapping.groupFilter
            search.groups?.name = LDAPMapping.groupName
            var provider = Provider.test(Self.name, try LDAPSource(search, logger: .quiet))
            provider.changes = .seconds(1)
            try await withEngine([provider]) { engine in
                for script in Scripts.all {
                    _ = try await engine.store.redis.call("SCRIPT", "LOAD", script.source)
                }
                try await Preflight.agreeOnLanes(engine.store)
                try await withFaultyProxy(to: engine.store.redis.configuration) { proxy in
                    try await withTemporaryDirectory { path in
                        try write(slapd, proxy, to: path)
                        try await body(slapd, engine, proxy, path)
                    }
                }
            }
        }
    }

    /// The same for the process.
    private func write(_ slapd: TestDirectory, _ proxy: FaultyProxy, to path: String) throws {
        guard case .unixSocket(let socket) = proxy.configuration.address else { throw Unexpected() }
        let yaml = """
            redis: { url: "redis+unix://\(socket)" }
            log: { level: debug, format: json }
            providers:
              \(Self.name):
                changes: 1s
                burstInterval: 0s
                source:
                  ldap:
                    url: \(slapd.url)
                    users: { base: "\(TestEntries.people)", filter: (objectClass=inetOrgPerson) }
                    groups: { base: "\(TestEntries.groups)" }
            """
        try Data(yaml.utf8).write(to: URL(filePath: path + "/tidemark.yaml"))
    }
}
