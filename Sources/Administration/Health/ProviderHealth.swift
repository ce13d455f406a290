internal import Catalog
package import Ingestion

/// Whether all is well, from counters: nothing is scanned for it.
package struct ProviderHealth: Sendable {
    /// What was found.
    struct Report: Sendable {
        /// Nil if the lane that has their records does not answer.
        let workers: Int?
        /// Why lanes don't answer, by their number.
        let silentLanes: [Int: String]
        let providers: [(status: ProviderStatus, problems: [ProviderProblem])]

        /// Providers are configured, and Redis knows none: no worker has started yet, or Redis was emptied.
        let knowsNone: Bool

        /// Why Redis takes no writes; nil if it does, and where workers run.
        let refusal: String?

        /// Work there is, and nobody for it.
        var lacksWorkers: Bool { workers == 0 && !providers.isEmpty }
        var isHealthy: Bool {
            !knowsNone && !lacksWorkers && silentLanes.isEmpty && providers.allSatisfy(\.problems.isEmpty)
        }
    }

    private let operations: Operations
    /// How long a page of each provider may take.
    private let pageTimeouts: [String: Duration]

    package init(_ operations: Operations, pageTimeouts: [String: Duration]) {
        (self.operations, self.pageTimeouts) = (operations, pageTimeouts)
    }

    func report() async throws -> Report {
        var providers: [(ProviderStatus, [ProviderProblem])] = []
        let (statuses, problems) = await operations.statusesOfLanes()
        // Where no lane answers there is nothing to report but that.
        let workers: [WorkerRecord]? = problems[0] == nil ? try await operations.store.workers() : nil
        for status in statuses {
            let timeout = pageTimeouts[status.name] ?? .seconds(60)
            providers.append(
                (status, ProviderProblem.problems(of: status, pageTimeout: timeout, workers: workers ?? []))
            )
        }
        return Report(
            workers: workers?.count,
            silentLanes: problems,
            providers: providers,
            knowsNone: providers.isEmpty && problems.isEmpty && !pageTimeouts.isEmpty,
            refusal: workers?.isEmpty == true ? await operations.refusalOfWrites() : nil
        )
    }
}

extension ProviderHealth.Report {
    /// The problem that concerns all providers; nil if there is none.
    private var reason: String? {
        if let (lane, problem) = silentLanes.min(by: { $0.key < $1.key }) {
            return "Redis does not answer on lane \(lane): \(problem)"
        }
        if knowsNone { return "Redis knows no provider: no worker has started, or Redis was emptied" }
        return lacksWorkers ? refusal ?? "no worker has given a sign of life within 30 s" : nil
    }

    var json: JSON {
        [
            "healthy": .bool(isHealthy), "workers": workers.map { .integer(Int64($0)) } ?? .null,
            "reason": reason.map { .string($0) } ?? .null,
            "providers": .array(
                providers.map { status, problems in
                    [
                        "name": .string(status.name), "status": .string(status.status),
                        "healthy": .bool(problems.isEmpty),
                        "problems": .array(
                            problems.map { ["kind": .string($0.kind.rawValue), "reason": .string($0.reason)] }
                        ),
                    ]
                }
            ),
        ]
    }
}
