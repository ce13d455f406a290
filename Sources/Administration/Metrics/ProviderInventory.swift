internal import Ingestion

/// What Redis says of the providers of a configuration, of their streams and of all jobs (Q10): from hashes of fixed fields and the lengths
/// of lists, sets and streams. No key is looked for, no set walked through, no job read.
struct ProviderInventory: Sendable {
    let operations: Operations
    let names: [String]

    func read() async throws -> [MetricFamily] {
        let lanes = try await operations.lanes()
        let workers = try await operations.livingWorkers()
        let providers = try await readProviders()
        return Self.families(lanes, workers: workers) + Self.cycles(providers) + Self.statuses(providers)
            + Self.entities(providers) + Self.streams(providers)
    }

    private typealias Found = (status: ProviderStatus, groups: [StreamStatus.Group])

    /// Side by side: each takes some round trips, and one connection bears them all. One that no worker has registered is left out.
    private func readProviders() async throws -> [Found] {
        let found = try await withThrowingTaskGroup(of: Found?.self) { [operations, names] group in
            for name in names {
                group.addTask {
                    do {
                        return (try await operations.status(of: name), try await operations.groups(of: name))
                    } catch let error as OperationError where error.code == .unknownProvider {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: [Found]()) { found, provider in
                if let provider { found.append(provider) }
            }
        }
        return found.sorted { $0.status.name < $1.status.name }
    }

    // MARK: - Families

    private static func families(_ lanes: [LaneStatus], workers: Int) -> [MetricFamily] {
        var jobs = MetricFamily("tidemark_jobs", .gauge, "Jobs of a lane, by where they are.")
        var overdue = MetricFamily(
            "tidemark_jobs_overdue_seconds",
            .gauge,
            "For how long the delayed job that is due longest has been due, and no worker took it."
        )
        for lane in lanes {
            let label = ("lane", "\(lane.lane)")
            for (place, count) in [
                ("ready", lane.ready), ("delayed", lane.delayed), ("leased", lane.leased), ("dead", lane.dead),
            ] { jobs.add([label, ("place", place)], Double(count)) }
            overdue.add([label], seconds(lane.overdue.milliseconds))
        }
        return [
            jobs, overdue,
            MetricFamily(
                "tidemark_workers",
                .gauge,
                "Workers that gave a sign of life within 30 s.",
                value: Double(workers)
            ),
        ]
    }

    private static func cycles(_ providers: [Found]) -> [MetricFamily] {
        var ended = MetricFamily(
            "tidemark_cycles_ended_total",
            .counter,
            """
            Ends of cycles, by outcome. A cycle that went on after its end (a held sweep that was approved or discarded, dead jobs that ran \
            again) counts once for each end.
            """
        )
        for (status, _) in providers {
            for outcome in CycleRecord.Outcome.allCases {
                let labels = [("provider", status.name), ("outcome", outcome.rawValue)]
                ended.add(labels, Double(status.endings[outcome] ?? 0))
            }
        }
        return [
            ended,
            family("tidemark_cycles_started_total", .counter, "Cycles that began.", providers) {
                Double($0.generation)
            },
            family("tidemark_cycle_started_timestamp_seconds", .gauge, "When a cycle last began.", providers) {
                seconds($0.started)
            },
            family("tidemark_cycle_completed_timestamp_seconds", .gauge, "When a cycle was last completed.", providers)
            {
                seconds($0.completedAt)
            },
            family("tidemark_cycle_failed_timestamp_seconds", .gauge, "When a cycle last failed.", providers) {
                seconds($0.failedAt)
            },
        ]
    }

    private static func statuses(_ providers: [Found]) -> [MetricFamily] {
        var status = MetricFamily("tidemark_provider_status", .gauge, "1 for the word that says what a provider does.")
        var jobs = MetricFamily(
            "tidemark_provider_jobs",
            .gauge,
            "Jobs of a provider that are ready or leased, or wait for that."
        )
        var workers = MetricFamily(
            "tidemark_provider_workers",
            .gauge,
            "Workers that have a provider in their configuration: with its plan, or with another, which leave its jobs alone."
        )
        for (provider, _) in providers {
            if let count = provider.workers {
                workers.add([("provider", provider.name), ("plan", "own")], Double(count.withPlan))
                workers.add([("provider", provider.name), ("plan", "another")], Double(count.withAnother))
            }
            for word in ProviderStatus.allStatuses {
                status.add([("provider", provider.name), ("status", word)], provider.status == word ? 1 : 0)
            }
            jobs.add([("provider", provider.name), ("place", "active")], Double(provider.active))
            jobs.add([("provider", provider.name), ("place", "waiting")], Double(provider.waiting))
            jobs.add([("provider", provider.name), ("place", "newer")], Double(provider.newer?.count ?? 0))
        }
        return [
            status, jobs, workers,
            family("tidemark_provider_due_timestamp_seconds", .gauge, "When what it waits for is due.", providers) {
                seconds($0.due)
            },
            family("tidemark_provider_paused", .gauge, "Whether it is paused.", providers) {
                $0.pausedSince == nil ? 0 : 1
            },
            family("tidemark_provider_failures", .gauge, "Failures in a row.", providers) { Double($0.failures) },
            family("tidemark_provider_error_timestamp_seconds", .gauge, "When it last failed.", providers) {
                seconds($0.errorAt)
            },
            family(
                "tidemark_provider_calls_deferred_until_timestamp_seconds",
                .gauge,
                "Until when its source asked for no calls.",
                providers
            ) { seconds($0.callsUntil) },
            family(
                "tidemark_provider_throttled_timestamp_seconds",
                .gauge,
                "Since when its consumers are behind.",
                providers
            ) {
                seconds($0.throttledSince)
            },
            family(
                "tidemark_provider_page_timestamp_seconds",
                .gauge,
                "When a page of its cycle was last committed.",
                providers
            ) {
                seconds($0.lastPage)
            },
            family(
                "tidemark_leases_expired_total",
                .counter,
                "Leases that ran out, whoever held them.",
                providers
            ) { Double($0.stalls) },
            family("tidemark_outstanding_chains", .gauge, "Chains of its cycle that are not finished.", providers) {
                Double($0.outstanding)
            },
        ]
    }

    private static func entities(_ providers: [Found]) -> [MetricFamily] {
        var cycle = MetricFamily(
            "tidemark_cycle_entities",
            .gauge,
            "Entities of the cycle that goes on, or was last, by what became of them."
        )
        for (status, _) in providers {
            let counts = status.counts
            for (outcome, count) in [
                ("added", counts.added), ("changed", counts.changed), ("unchanged", counts.unchanged),
                ("removed", counts.removed), ("rejected", counts.rejected), ("duplicate", counts.duplicates),
            ] { cycle.add([("provider", status.name), ("outcome", outcome)], Double(count)) }
        }
        return [
            cycle,
            family("tidemark_known_entities", .gauge, "Entities that are known.", providers) { Double($0.known) },
            family("tidemark_marked_entities", .gauge, "Entities that its cycle met.", providers) { Double($0.marked) },
            family("tidemark_sweep_held", .gauge, "Whether its sweep is held.", providers) { $0.held == nil ? 0 : 1 },
            family("tidemark_sweep_held_entities", .gauge, "Entities that its held sweep would remove.", providers) {
                $0.held.map { Double($0.unmarked) }
            },
            family(
                "tidemark_changes_caught_up_timestamp_seconds",
                .gauge,
                "As of when all that its feed of changes told was applied.",
                providers
            ) { seconds($0.feed?.caughtUpAt) },
            family("tidemark_changes_failures", .gauge, "Failures in a row of its feed of changes.", providers) {
                $0.feed.map { Double($0.failures) }
            },
        ]
    }

    private static func streams(_ providers: [Found]) -> [MetricFamily] {
        var lag = MetricFamily(
            "tidemark_stream_lag_entries",
            .gauge,
            "Entries that a consumer group was not given yet: all that the stream holds where Redis cannot tell."
        )
        var pending = MetricFamily(
            "tidemark_stream_pending_entries",
            .gauge,
            "Entries that a consumer group was given, and has not acknowledged."
        )
        var delivered = MetricFamily(
            "tidemark_stream_delivered_timestamp_seconds",
            .gauge,
            "When the entry was published that a consumer group was given last."
        )
        for (status, groups) in providers {
            for group in groups.sorted(by: { $0.name < $1.name }) {
                let labels = [("provider", status.name), ("group", group.name)]
                lag.add(labels, Double(group.lag ?? status.streamLength))
                pending.add(labels, Double(group.pending))
                let time = group.lastDelivered.split(separator: "-").first.flatMap { Int64($0) } ?? 0
                delivered.add(labels, time > 0 ? seconds(time) : nil)
            }
        }
        return [
            lag, pending, delivered,
            family("tidemark_stream_entries", .gauge, "Entries that its stream holds.", providers) {
                Double($0.streamLength)
            },
        ]
    }

    /// One series for each provider that has a value.
    private static func family(
        _ name: String,
        _ kind: MetricFamily.Kind,
        _ help: String,
        _ providers: [Found],
        _ value: (ProviderStatus) -> Double?
    ) -> MetricFamily {
        var family = MetricFamily(name, kind, help)
        for (status, _) in providers { family.add([("provider", status.name)], value(status)) }
        return family
    }

    private static func seconds(_ milliseconds: Int64?) -> Double? { milliseconds.map { Double($0) / 1_000 } }
}
