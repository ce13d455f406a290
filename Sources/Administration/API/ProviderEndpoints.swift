internal import Catalog
internal import HTTPTypes
internal import Hummingbird
package import Ingestion

/// `/api/v1/providers`: what the commands of `tidemark` show and do, for programs and for the dashboard.
package struct ProviderEndpoints: EndpointGroup {
    private let operations: Operations
    /// The `locationKey` of the providers that have one of their own.
    private let locationKeys: [String: String]

    package init(_ operations: Operations, locationKeys: [String: String]) {
        (self.operations, self.locationKeys) = (operations, locationKeys)
    }

    package func add(to table: inout EndpointTable) {
        table.add([list, show, history, jobs, deadJobs, rejected, stream, sweep])
        table.add([
            change("trigger", "Make what the provider waits for due now.") { name, _ in
                try await operations.trigger(name)
                return [:]
            },
            change("start", "End the cycle that goes on, if any, and start another.") { name, _ in
                try await operations.start(name)
                return [:]
            },
            cancel,
            change("pause", "Stop the provider where it is.") { name, _ in
                try await operations.pause(name)
                return [:]
            },
            change("resume", "Let a paused or cancelled provider go on.") { name, _ in
                try await operations.resume(name)
                return [:]
            },
            change("resync", "Publish everything again as the source lists it.") { name, _ in
                try await operations.resync(name)
                return [:]
            },
            purge,
            change("sweep/approve", "Approve the held sweep: what is not marked is removed.") { name, _ in
                try await operations.approveSweep(name)
                return [:]
            },
            change("sweep/discard", "Discard the held sweep: the next cycle decides anew.") { name, _ in
                try await operations.discardSweep(name)
                return [:]
            },
            retry,
        ])
    }

    // MARK: - Looking

    private var list: Endpoint {
        Endpoint(
            name: "listProviders",
            method: .get,
            path: "/api/v1/providers",
            guarding: .scope(.read),
            summary: "List all providers that Redis knows.",
            answers: [EndpointAnswer(.ok, "The providers.", .list("providers", .reference("Provider")))]
        ) { _ in
            let providers = try await operations.statuses().map(\.json)
            return Response(.ok, ["providers": .array(providers)])
        }
    }

    private var show: Endpoint {
        look("", "showProvider", "Show everything about a provider.", .reference("ProviderDetail")) { name, _ in
            var json = try await operations.status(of: name).json
            json["deadJobs"] = .array(try await operations.dead(name).map(\.json))
            return json
        }
    }

    private var history: Endpoint {
        look(
            "/history",
            "listCycles",
            "List how the last cycles ended, the newest first.",
            .list("cycles", .reference("Cycle")),
            [.count("limit", 1...50, default: 50, "how many at the most, 1 to 50")]
        ) { name, request in
            let cycles = try await operations.history(name, most: request.count("limit", default: 50))
            return ["cycles": .array(cycles.map(\.json))]
        }
    }

    private var jobs: Endpoint {
        look(
            "/jobs",
            "listJobs",
            "List the jobs of a provider: each chain and its cursor.",
            .list("jobs", .reference("Job")),
            [.count("limit", 1...1_000, default: 100, "how many at the most, 1 to 1000")]
        ) { name, request in
            let jobs = try await operations.jobs(of: name, most: request.count("limit", default: 100))
            return ["jobs": .array(jobs.map(\.json))]
        }
    }

    private var deadJobs: Endpoint {
        look(
            "/dead-jobs",
            "listDeadJobs",
            "List the jobs that were given up on.",
            .list("deadJobs", .reference("DeadJob"))
        ) { name, _ in
            _ = try await operations.status(of: name)
            return ["deadJobs": .array(try await operations.dead(name).map(\.json))]
        }
    }

    private var rejected: Endpoint {
        look(
            "/rejected",
            "listRejected",
            "List the entities that failed validation, the newest first.",
            .list("rejected", .reference("RejectedEntity"), isPaged: true),
            [
                .count("limit", 1...1_000, default: 100, "how many at the most, 1 to 1000"),
                QueryParameter(
                    name: "before",
                    description: "`next` of the page before",
                    schema: ["type": "string", "pattern": "^[0-9]{1,15}-[0-9]{1,15}$"],
                    accepts: { $0.wholeMatch(of: /[0-9]{1,15}-[0-9]{1,15}/) != nil }
                ),
            ]
        ) { name, request in
            let limit = request.count("limit", default: 100)
            let entities = try await operations.rejected(name, most: limit, before: request.query["before"])
            let next = entities.count < limit ? nil : entities.last?.id
            return ["rejected": .array(entities.map(\.json)), "next": next.map(JSON.string) ?? .null]
        }
    }

    private var stream: Endpoint {
        look("/stream", "showStream", "Show the stream and how far its consumers are.", .reference("Stream")) {
            name,
            _ in
            try await operations.stream(of: name).json
        }
    }

    private var sweep: Endpoint {
        look(
            "/sweep",
            "showSweep",
            "List what a sweep would remove now, and whether one is held.",
            .reference("Sweep"),
            [
                .count("limit", 1...1_000, default: 100, "about how many, 1 to 1000"),
                QueryParameter(
                    name: "cursor",
                    description: "`next` of the page before",
                    schema: ["type": "string", "pattern": "^o?[0-9]{1,19}$"],
                    accepts: { $0.wholeMatch(of: /o?[0-9]{1,19}/) != nil }
                ),
            ]
        ) { name, request in
            let page = try await operations.unmarked(
                name,
                from: request.query["cursor"] ?? "0",
                about: request.count("limit", default: 100)
            )
            var json = try await operations.status(of: name).sweepJSON(page.refs)
            json["next"] = page.next.map(JSON.string) ?? .null
            return json
        }
    }

    // MARK: - Acting

    private var cancel: Endpoint {
        let seconds = RequestBodyShape.Member(
            name: "seconds",
            schema: ["type": "integer", "minimum": 0, "maximum": 31_536_000, "default": 86_400],
            rule: "a whole number of seconds until the next cycle, at most a year",
            accepts: { Self.seconds($0) != nil }
        )
        return change(
            "cancel",
            "End the cycle that goes on, if any; the next one starts after a time.",
            body: RequestBodyShape(members: [seconds])
        ) { name, request in
            try await operations.cancel(name, for: .seconds(request.body["seconds"].flatMap(Self.seconds) ?? 86_400))
            return [:]
        }
    }

    /// `60`, and `60.0`, which is a whole number to JSON Schema; a year at the most.
    private static func seconds(_ value: JSON) -> Int64? {
        value.number.flatMap { Int64(exactly: $0) }.flatMap { 0...31_536_000 ~= $0 ? $0 : nil }
    }

    private var purge: Endpoint {
        let publish = RequestBodyShape.Member(
            name: "publish",
            isRequired: true,
            schema: ["type": "boolean"],
            rule: "true to have catalogs remove every entity, false to let them keep what they have",
            accepts: { $0.bool != nil }
        )
        return change(
            "purge",
            "Forget everything about a provider; only a start brings it back.",
            body: RequestBodyShape(members: [publish])
        ) { name, request in
            try await operations.purge(
                name,
                publish: request.body["publish"]?.bool == true,
                locationKey: locationKeys[name] ?? name
            )
            return [:]
        }
    }

    private var retry: Endpoint {
        let jobs = RequestBodyShape.Member(
            name: "jobs",
            schema: ["type": "array", "items": ["type": "string"], "maxItems": 1_000],
            rule: "a list of ids of dead jobs, at most 1000; all unless given",
            accepts: { $0.array.map { $0.count <= 1_000 && $0.allSatisfy { $0.string != nil } } == true }
        )
        return change(
            "dead-jobs/retry",
            "Run again what was given up on.",
            body: RequestBodyShape(members: [jobs]),
            details: ["jobs": ["type": "array", "items": ["type": "string"]]]
        ) { name, request in
            let ids = request.body["jobs"]?.array?.compactMap(\.string) ?? []
            return ["jobs": .array(try await operations.retry(name, jobs: ids).map(JSON.string))]
        }
    }

    // MARK: - Both

    private func look(
        _ path: String,
        _ name: String,
        _ summary: String,
        _ schema: JSON,
        _ parameters: [QueryParameter] = [],
        _ respond: @escaping @Sendable (_ provider: String, APIRequest) async throws -> JSON
    ) -> Endpoint {
        Endpoint(
            name: name,
            method: .get,
            path: "/api/v1/providers/{provider}" + path,
            guarding: .scope(.read),
            summary: summary,
            parameters: parameters,
            answers: [EndpointAnswer(.ok, "As it is now.", schema), .unknownProvider]
        ) { request in
            Response(.ok, try await respond(try request.provider(), request))
        }
    }

    /// - Parameters:
    ///   - action: the end of the path.
    ///   - details: the schemas of what the answer says besides the provider's status.
    private func change(
        _ action: String,
        _ summary: String,
        body: RequestBodyShape? = nil,
        details: [String: JSON] = [:],
        _ perform: @escaping @Sendable (_ provider: String, APIRequest) async throws -> [String: JSON]
    ) -> Endpoint {
        let words = action.split(whereSeparator: { "/-".contains($0) }).reversed()
        let name = words.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }
        let own: [String: JSON] = [
            "provider": ["type": "string"], "operation": ["type": "string"], "status": .reference("Provider"),
        ]
        return Endpoint(
            name: name.joined() + (words.count == 1 ? "Provider" : ""),
            method: .post,
            path: "/api/v1/providers/{provider}/\(action)",
            guarding: .scope(.manage),
            summary: summary,
            body: body,
            answers: [
                EndpointAnswer(.ok, "Done; the provider as it is now.", .shape(own.merging(details) { _, new in new })),
                .unknownProvider,
                EndpointAnswer(.conflict, "The provider's state does not allow it.", .reference("Refusal")),
            ]
        ) { request in
            let provider = try request.provider()
            var answer = try await perform(provider, request)
            answer["provider"] = .string(provider)
            answer["operation"] = .string(action)
            answer["status"] = try await operations.status(of: provider).json
            return Response(.ok, .object(answer))
        }
    }
}

extension EndpointAnswer {
    static var unknownProvider: EndpointAnswer {
        EndpointAnswer(.notFound, "Redis knows no such provider, or no such job.", .reference("Refusal"))
    }
}
