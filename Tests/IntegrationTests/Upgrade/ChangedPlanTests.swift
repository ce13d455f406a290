import Catalog
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// The configuration of a source changes in the middle of a cycle.
@Suite struct ChangedPlanTests {
    private static let names = (0..<200).map { "host-\($0)" }

    /// The same names in the other order, under a configuration of its own.
    private struct Reversed {
        let source: ProgramSource
        let configuration: String

        init(_ deployment: Deployment) throws {
            let folder = deployment.directory + "/reversed"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            source = try ProgramSource(in: folder, chains: 1, pageSize: 5)
            try source.list(ChangedPlanTests.names.reversed())
            let yaml = try String(contentsOfFile: deployment.directory + "/tidemark.yaml", encoding: .utf8)
            let command = { (source: ProgramSource) in source.command.map { "\"\($0)\"" }.joined(separator: ", ") }
            configuration = folder + "/tidemark.yaml"
            try yaml.replacing(command(deployment.source), with: command(source))
                .write(toFile: configuration, atomically: true, encoding: .utf8)
        }
    }

    /// One cycle is complete; in the middle of the next a worker stands before this offset.
    private func withCycle(
        stoppedAt offset: Int,
        _ body: (Deployment, TidemarkProcess, Reversed) async throws -> Void
    ) async throws {
        try await withDeployment(chains: 1, pageSize: 5) { deployment in
            try deployment.source.list(Self.names)
            try await withTidemark(["worker"], name: "before", in: deployment.directory) { worker in
                try await eventually { try await deployment.status().completed == 1 }
                try deployment.source.hold("0:\(offset)")
                try await deployment.operations.trigger(Deployment.provider)
                try await eventually { deployment.source.reads.count { $0 == "0:\(offset)" } == 2 }
                try await body(deployment, worker, try Reversed(deployment))
            }
        }
    }

    private func expectWhole(_ deployment: Deployment) async throws {
        let history = try await deployment.operations.history(Deployment.provider, most: 9).map(\.outcome)
        #expect(history.reversed() == [.completed, .replanned, .completed])
        let status = try await deployment.status()
        #expect(status.known == Self.names.count && status.counts.removed == 0 && status.failures == 0)
        #expect(try await deployment.operations.store.deltas(of: Deployment.provider).allSatisfy { $0.removed.isEmpty })
    }

    @Test("exec: a worker that is started again with other arguments starts the cycle over, and nothing is removed")
    func restart() async throws {
        try await withCycle(stoppedAt: 50) { deployment, worker, reversed in
            try worker.send(.kill)
            try deployment.source.letGo("0:50")
            try await withTidemark(
                ["worker"],
                name: "after",
                in: deployment.directory,
                environment: ["TIDEMARK_CONFIG": reversed.configuration]
            ) { _ in
                try await eventually { try await deployment.status().completed == 2 }
                #expect(reversed.source.reads.filter { $0 != "null" }.first == "0:0")
            }
            try await expectWhole(deployment)
        }
    }

    @Test("two configurations side by side: the newer reads the source, and the other worker is said to leave it alone")
    func sideBySide() async throws {
        try await withCycle(stoppedAt: 50) { deployment, worker, reversed in
            try await withTidemark(
                ["worker"],
                name: "after",
                in: deployment.directory,
                environment: ["TIDEMARK_CONFIG": reversed.configuration]
            ) { after in
                try await eventually { try await deployment.status().completed == 2 }
                try deployment.source.letGo("0:50")
                let shown = try await tidemark(["status"], in: deployment.directory)
                #expect(shown.output.contains("1 worker has another plan and leaves its jobs alone"), "\(shown.output)")
                try await deployment.operations.start(Deployment.provider)
                try await eventually { try await deployment.status().completed == 3 }
                #expect(deployment.source.reads.count { $0 == "null" } == 2)
                try await eventually { worker.lines.contains { $0.contains("its jobs are left to them") } }

                // Back to the first configuration, without a command.
                try after.send(.terminate)
                try await eventually { after.hasEnded }
                try await eventually { try await deployment.status().workers?.withPlan == 1 }
            }
            let status = try await deployment.status()
            #expect(status.known == Self.names.count && status.counts.removed == 0)
        }
    }
}
