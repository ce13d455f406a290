internal import Catalog
internal import HTTPTypes
internal import Hummingbird
package import Ingestion

/// The routes of Backstage's incremental ingestion module, with its paths, statuses and shapes
/// (backstage.io/docs/features/software-catalog/external-integrations/incremental-entity-providers, and `routes.ts` there), for the
/// operators and scripts that know them. They do what those promise, which differs from what Backstage does:
///
/// - A cancelled provider can be resumed, by `trigger`, `start` or `resume` of `/api/v1` (U1), and a burst that runs meanwhile
///   overwrites nothing (U6). Cancelling takes effect in every state, one that is about to start included.
/// - `DELETE` of a provider and `cleanup` end the cycle and have the next one, a day later, publish everything anew. The known
///   refs are kept, so what the source no longer lists then is removed (U9); `purge` of `/api/v1` forgets them. The counts say what
///   was ended.
/// - `DELETE` of marks removes nothing, as nothing in it is of no more use: a mark of a cycle that is over tells what to remove.
/// - The marks are the chains of the cycle that goes on, each at its newest cursor.
/// - `health` is false when `/health` is, and says why; no provider can run twice.
/// - A paused provider refuses `trigger` with 409, and a provider that is not known is 404 everywhere.
package struct BackstageEndpoints: EndpointGroup {
    private let operations: Operations
    private let health: ProviderHealth

    package init(_ operations: Operations, health: ProviderHealth) {
        (self.operations, self.health) = (operations, health)
    }

    package func add(to table: inout EndpointTable) {
        table.add([checkHealth, list, cleanup, show, reset, marks, clearMarks])
        table.add([
            post("trigger", "Trigger the provider's next action.", mayConflict: true) { name, isStarting in
                if isStarting { return "Unable to trigger next action (provider is restarting)" }
                try await operations.trigger(name)
                return "\(name): Next action triggered."
            },
            post("start", "End the cycle that goes on and start another at once.") { name, isStarting in
                if isStarting { return "Provider is already restarting" }
                try await operations.start(name)
                return "\(name): Next cycle triggered."
            },
            post("cancel", "End the cycle that goes on; the next one starts in 24 hours.") { name, _ in
                try await operations.cancel(name)
                return "\(name): Current ingestion canceled."
            },
        ])
    }

    private var checkHealth: Endpoint {
        Endpoint(
            name: "incrementalHealth",
            method: .get,
            path: "/incremental/health",
            guarding: .scope(.read),
            summary: "Whether all providers are well.",
            answers: [EndpointAnswer(.ok, "They are, or are not.", .reference("IncrementalHealth"))]
        ) { _ in
            let report = try await health.report()
            if report.isHealthy { return Response(.ok, ["healthy": true]) }
            var problems: [String: JSON] = [:]
            for provider in report.providers where !provider.problems.isEmpty {
                let reasons = provider.problems.map { "\($0.kind.rawValue): \($0.reason)" }
                problems[provider.status.name] = .array(reasons.map(JSON.string))
            }
            return Response(.ok, ["healthy": false, "duplicateIngestions": [], "problems": .object(problems)])
        }
    }

    private var list: Endpoint {
        Endpoint(
            name: "incrementalProviders",
            method: .get,
            path: "/incremental/providers",
            guarding: .scope(.read),
            summary: "List the names of all providers.",
            answers: [EndpointAnswer(.ok, "The names.", .reference("IncrementalProviders"))]
        ) { _ in
            let names = try await operations.providers()
            return Response(.ok, ["success": true, "providers": .array(names.map(JSON.string))])
        }
    }

    private var cleanup: Endpoint {
        Endpoint(
            name: "incrementalCleanup",
            method: .post,
            path: "/incremental/cleanup",
            guarding: .scope(.manage),
            summary: "Reset every provider; each starts again in 24 hours and publishes everything anew.",
            answers: [EndpointAnswer(.ok, "What was ended.", .reference("IncrementalCleanup"))]
        ) { _ in
            var (cycles, pages) = (0, 0)
            for name in try await operations.providers() {
                let ended = try await reset(name)
                cycles += ended.cycles
                pages += ended.pages
            }
            return Response(
                .ok,
                [
                    "ingestionsDeleted": .integer(Int64(cycles)), "ingestionMarksDeleted": .integer(Int64(pages)),
                    "markEntitiesDeleted": 0,
                ]
            )
        }
    }

    private var show: Endpoint {
        route(
            .get,
            "",
            "incrementalProvider",
            "Show what the provider does, and what it does next and when.",
            .reference("IncrementalStatus")
        ) { name in
            Response(.ok, BackstageStatus(try await operations.status(of: name)).json)
        }
    }

    private var reset: Endpoint {
        route(
            .delete,
            "",
            "incrementalReset",
            "Reset the provider; it starts again in 24 hours and publishes everything anew.",
            .reference("IncrementalReset")
        ) { name in
            let ended = try await reset(name)
            return Response(
                .ok,
                [
                    "provider": .string(name), "ingestionsDeleted": .integer(Int64(ended.cycles)),
                    "marksDeleted": .integer(Int64(ended.pages)), "markEntitiesDeleted": 0,
                ]
            )
        }
    }

    private var marks: Endpoint {
        route(
            .get,
            "/marks",
            "incrementalMarks",
            "List the chains of the cycle that goes on, each at its newest cursor.",
            .reference("IncrementalMarks")
        ) { name in
            let status = try await operations.status(of: name)
            guard BackstageStatus(status).action != nil else {
                return Response(.ok, ["success": true, "message": "No records yet (provider is restarting)"])
            }
            let jobs = try await operations.jobs(of: name, most: 1_000)
            let created = Timestamp.text(milliseconds: status.lastPage ?? status.started ?? status.at)
            let records = jobs.filter { $0.kind == .page && $0.generation == status.generation }.map { job -> JSON in
                [
                    "id": .string(job.id), "ingestion_id": .string("\(name):\(job.generation)"),
                    "sequence": .integer(Int64(job.pages)),
                    "cursor": job.cursor.flatMap { try? JSON(parsing: $0) } ?? .null, "created_at": .string(created),
                ]
            }
            return Response(.ok, ["success": true, "records": .array(records)])
        }
    }

    private var clearMarks: Endpoint {
        route(
            .delete,
            "/marks",
            "incrementalClearMarks",
            "Remove marks that are of no more use; there are none.",
            .reference("IncrementalDeletions")
        ) { name in
            _ = try await operations.status(of: name)
            return Response(
                .ok,
                [
                    "success": true, "message": .string("Expired marks for provider '\(name)' removed."),
                    "deletions": [
                        "deletions": ["markEntitiesDeleted": 0, "marksDeleted": 0, "ingestionsDeleted": 0]
                    ],
                ]
            )
        }
    }

    /// Ends the cycle for a day, and forgets what was published but not what is known.
    private func reset(_ name: String) async throws -> (cycles: Int, pages: Int) {
        let status = try await operations.status(of: name)
        try await operations.cancel(name)
        try await operations.resync(name)
        let isOpen = [.starting, .running, .sweeping, .held].contains(status.phase)
        return isOpen ? (1, status.counts.pages) : (0, 0)
    }

    // MARK: - Shapes

    private func post(
        _ action: String,
        _ summary: String,
        mayConflict: Bool = false,
        _ perform: @escaping @Sendable (_ provider: String, _ isStarting: Bool) async throws -> String
    ) -> Endpoint {
        route(
            .post,
            "/\(action)",
            "incremental" + action.prefix(1).uppercased() + action.dropFirst(),
            summary,
            .reference("IncrementalMessage"),
            unknown: .reference("IncrementalMessage"),
            others: mayConflict ? [EndpointAnswer(.conflict, "The provider is paused.", .reference("Refusal"))] : []
        ) { name in
            let isStarting = BackstageStatus(try await operations.status(of: name)).action == nil
            return Response(.ok, ["success": true, "message": .string(try await perform(name, isStarting))])
        }
    }

    private func route(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ name: String,
        _ summary: String,
        _ schema: JSON,
        unknown: JSON = .reference("IncrementalUnknown"),
        others: [EndpointAnswer] = [],
        _ respond: @escaping @Sendable (_ provider: String) async throws -> Response
    ) -> Endpoint {
        Endpoint(
            name: name,
            method: method,
            path: "/incremental/providers/{provider}" + path,
            guarding: .scope(method == .get ? .read : .manage),
            summary: summary,
            answers: [
                EndpointAnswer(.ok, "As Backstage answers.", schema),
                EndpointAnswer(.notFound, "Redis knows no such provider.", unknown),
            ] + others
        ) { request in
            let name = request.path["provider"] ?? ""
            do {
                return try await respond(try request.provider())
            } catch let error as OperationError where error.code == .unknownProvider {
                let message = JSON.string("Provider '\(name)' not found")
                return Response(
                    .notFound,
                    method == .post
                        ? ["success": false, "message": message]
                        : ["success": false, "status": [:], "last_error": message]
                )
            }
        }
    }
}
