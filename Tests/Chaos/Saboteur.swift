internal import Foundation
internal import Ingestion
internal import Redis
internal import TestSupport

/// Chooses faults at random, one after the other; they last beyond the next.
struct Saboteur: Sendable {
    let workers: [Member]
    let consumer: Member
    /// The proxy of the operator, whose commands are cut like all others.
    let operatorProxy: FaultyProxy
    let folder: String
    let redis: Supervised
    /// Connected directly.
    let store: Store
    let sources: [ChaosSource]
    let configurations: Configurations
    let counts: FaultCounts

    /// Until the time is over, or so many faults are done; returns when all have passed.
    func run(seed: UInt64, until end: ContinuousClock.Instant, atMost: Int?) async {
        var generator = SeededGenerator(seed: seed)
        await withDiscardingTaskGroup { faults in
            var done = 0
            while ContinuousClock.now < end, done < atMost ?? .max {
                try? await Task.sleep(for: generator.milliseconds(200...1_500))
                let fault = Fault.random(using: &generator)
                let own = generator.next()
                counts.add(fault)
                faults.addTask { await commit(fault, seed: own) }
                done += 1
            }
        }
    }

    private func commit(_ fault: Fault, seed: UInt64) async {
        var generator = SeededGenerator(seed: seed)
        let worker = workers[Int.random(in: 0..<workers.count, using: &generator)]
        let source = sources[Int.random(in: 0..<sources.count, using: &generator)]
        // Leases are of one second.
        let beyondLease = generator.milliseconds(1_200...3_500)
        switch fault {
        case .workerKilled: worker.process.send(SIGKILL)
        case .workerFrozen: await worker.process.freeze(for: beyondLease)
        case .workerRestarted: worker.process.send(SIGTERM)
        case .consumerKilled: consumer.process.send(SIGKILL)
        case .consumerFrozen: await consumer.process.freeze(for: beyondLease)
        case .consumerRestarted: consumer.process.send(SIGTERM)
        case .connectionsCut, .replyLost, .halfOpen, .slow, .refused: await disturb(fault, &generator)
        case .redisKilled: redis.send(SIGKILL)
        case .redisRestarted: redis.send(SIGTERM)
        // Where Redis is away just now, nothing is lost.
        case .streamDeleted:
            counts.lose()
            _ = try? await store.redis.send(RedisCommand("DEL", store.keys(of: source.name).deltas))
        case .redisEmptied:
            counts.lose()
            _ = try? await store.redis.send(RedisCommand("FLUSHALL"))
        case .redisRestored: await restore(redis, ["appendonlydir"], &generator)
        case .catalogRestored:
            let catalog = "catalog.sqlite"
            await restore(consumer.process, [catalog, catalog + "-wal", catalog + "-shm"], &generator)
        case .tooManyRequests, .serverError, .truncated, .hang, .repeatedCursor, .expiredCursor, .sourceCut:
            source.fail(fault, times: fault == .expiredCursor ? 1 : Int.random(in: 1...4, using: &generator))
        case .configurationChanged: await configurations.change(workers, isUndone: false, using: &generator)
        case .configurationRolledBack: await configurations.change(workers, isUndone: true, using: &generator)
        case .operatorCommand: break
        }
    }

    /// A backup is made of a process's files, and put back some time later.
    private func restore(_ process: Supervised, _ names: [String], _ generator: inout SeededGenerator) async {
        let (folder, files) = (folder, FileManager.default)
        let backup = "\(folder)/backup-\(generator.next())"
        @Sendable func copy(from source: String, to target: String) throws {
            for name in names {
                try? files.removeItem(atPath: "\(target)/\(name)")
                guard files.fileExists(atPath: "\(source)/\(name)") else { continue }
                try files.copyItem(atPath: "\(source)/\(name)", toPath: "\(target)/\(name)")
            }
        }
        do {
            try files.createDirectory(atPath: backup, withIntermediateDirectories: true)
            defer { try? files.removeItem(atPath: backup) }
            try await process.whileDown { try copy(from: folder, to: backup) }
            try await Task.sleep(for: generator.milliseconds(1_000...4_000))
            try await process.whileDown {
                counts.lose()
                try copy(from: backup, to: folder)
            }
            counts.lose()
        } catch {
            say("a backup of \(process.name) could not be made or put back: \(error)")
        }
    }

    private func disturb(_ fault: Fault, _ generator: inout SeededGenerator) async {
        let proxies = workers.map(\.proxy) + [consumer.proxy, operatorProxy]
        let proxy = proxies[Int.random(in: 0..<proxies.count, using: &generator)]
        switch fault {
        case .connectionsCut: proxy.cutConnections()
        case .replyLost:
            proxy.loseReplies(toRequestsContaining: "EVALSHA", count: Int.random(in: 1...3, using: &generator))
        case .halfOpen:
            proxy.swallowReplies()
            try? await Task.sleep(for: generator.milliseconds(500...6_500))
            proxy.swallowReplies(false)
        case .slow:
            proxy.delayReplies(by: generator.milliseconds(5...400))
            try? await Task.sleep(for: generator.milliseconds(500...4_000))
            proxy.delayReplies(by: .zero)
        default:
            proxy.refuseConnections()
            proxy.cutConnections()
            try? await Task.sleep(for: generator.milliseconds(200...2_000))
            proxy.refuseConnections(false)
        }
    }
}
