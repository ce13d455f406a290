import Catalog
import CatalogConsumer
import Foundation
import Ingestion
import Redis
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Processes of two builds on one Redis.
struct UpgradeSite {
    enum Build { case old, next }

    /// A page that a worker committed: of which job, and the number of its commit.
    struct Commit: Hashable {
        var job: String
        var sequence: Int
    }

    let deployment: Deployment

    var directory: String { deployment.directory }
    var store: Store { deployment.operations.store }

    @discardableResult
    func with(
        _ build: Build,
        _ arguments: String...,
        name: String,
        _ body: (TidemarkProcess) async throws -> Void
    ) async throws -> TerminationStatus {
        let launcher = build == .next ? [TidemarkProcess.nextBuild.string] : []
        return try await withTidemark(arguments, name: name, in: directory, launcher: launcher, body)
    }

    func command(_ build: Build, _ arguments: String...) async throws -> CommandResult {
        try await tidemark(
            arguments,
            in: directory,
            executable: build == .next ? TidemarkProcess.nextBuild : TidemarkProcess.executable
        )
    }

    /// Makes every chain's page at this offset wait.
    func hold(_ offset: Int, of chains: Range<Int>) throws {
        for chain in chains { try deployment.source.hold("\(chain):\(offset)") }
    }

    func letGo(_ offset: Int, of chains: some Sequence<Int>) throws {
        for chain in chains { try deployment.source.letGo("\(chain):\(offset)") }
    }

    /// The chains whose page at this offset was asked for.
    func reading(_ offset: Int) -> Set<Int> {
        Set(deployment.source.reads.filter { $0.hasSuffix(":\(offset)") }.compactMap { Int($0.prefix { $0 != ":" }) })
    }

    /// The keys of the provider's jobs, with the version of each.
    func versions() async throws -> [String: String] {
        var versions: [String: String] = [:]
        for job in try await deployment.operations.jobs(of: Deployment.provider, most: 100) {
            let key = store.lane(of: Deployment.provider).job(job.id)
            versions[key] = try await store.redis.send(RedisCommand("HGET", key, "v")).string ?? ""
        }
        return versions
    }

    static func commits(of worker: TidemarkProcess) -> Set<Commit> {
        Set(
            worker.lines.filter { $0.contains("page committed") }.compactMap { line in
                guard let json = try? JSON(parsing: String(line)), let job = json["job.id"]?.string,
                    let sequence = json["page.sequence"]?.string.flatMap({ Int($0) })
                else { return nil }
                return Commit(job: job, sequence: sequence)
            }
        )
    }

    /// What `tidemark status --json` says of the provider's jobs.
    func jobs(_ build: Build) async throws -> JSON? {
        try JSON(parsing: try await command(build, "status", "--json").output).array?.first?["jobs"]
    }
}

func withUpgradeSite(chains: Int, entities: Int, _ body: (UpgradeSite) async throws -> Void) async throws {
    try await withDeployment(chains: chains, pageSize: 5, workerConcurrency: 2) { deployment in
        try deployment.source.list((0..<entities).map { "host-\($0)" })
        try await body(UpgradeSite(deployment: deployment))
    }
}
