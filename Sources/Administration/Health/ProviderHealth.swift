internal import Catalog
package import Ingestion

/// Whether all is well, from counters: nothing is scanned for it.
package struct ProviderHealth: Sendable {
    /// What was found.
    struct Report: Sendable {
        let workers: Int
        let providers: [(status: ProviderStatus, problems: [ProviderProblem])]

        /// Work there is, and nobody for it.
        var lacksWorkers: Bool { workers == 0 && !providers.isEmpty }
        var isHealthy: Bool { !lacksWorkers && providers.allSatisfy(\.problems.isEmpty) }
    }

    private let operations: Operations
    /// How long a page of each provider may take.
    private let pageTimeouts: [String: Duration]

    package init(_ operations: Operations, pageTimeouts: [String: Duration]) {
        (self.operations, self.pageTimeouts) = (operations, pageTimeouts)
    }

    func report() async throws -> Report {
        var providers: [(ProviderStatus, [ProviderProblem])] = []
        let workers = try await operations.store.workers()
        for status in try await operations.statuses() {
            let timeout = pageTimeouts[status.name] ?? .seconds(60)
            providers.append((status, ProviderProblem.problems(of: status, pageTimeout: timeout, workers: workers)))
        }
        return Report(workers: workers.count, providers: providers)
    }
}

extension ProviderHealth.Report {
    var json: JSON {
        [
            "healthy": .bool(isHealthy), "workers": .integer(Int64(workers)),
            "reason": lacksWorkers ? "no worker has given a sign of life within 30 s" : nil,
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
