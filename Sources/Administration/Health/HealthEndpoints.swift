internal import Catalog
internal import HTTPTypes
internal import Hummingbird
internal import Ingestion

/// Three questions that are not one: does the process live (else start it again), does it do its part (else send it nothing),
/// and is all well (else look).
package struct HealthEndpoints: EndpointGroup {
    private let health: ProviderHealth
    private let readiness: Readiness

    package init(_ health: ProviderHealth, readiness: Readiness) {
        (self.health, self.readiness) = (health, readiness)
    }

    package func add(to table: inout EndpointTable) {
        let (health, readiness) = (health, readiness)
        table.add([
            Endpoint(
                name: "isLive",
                method: .get,
                path: "/health/live",
                guarding: .none,
                summary: "Whether the process lives.",
                answers: [EndpointAnswer(.ok, "It lives.", .reference("Liveness"))]
            ) { _ in Response(.ok, ["status": "live"]) },
            Endpoint(
                name: "isReady",
                method: .get,
                path: "/health/ready",
                guarding: .none,
                summary:
                    "Whether a claim was answered within the last lease, or, without a worker, whether Redis answers.",
                answers: [
                    EndpointAnswer(.ok, "It is ready.", .reference("Readiness")),
                    EndpointAnswer(.serviceUnavailable, "It is not, and why.", .reference("Readiness")),
                ]
            ) { _ in
                guard let problem = await readiness.problem() else {
                    return Response(.ok, ["status": "ready", "reason": nil])
                }
                return Response(.serviceUnavailable, ["status": "not ready", "reason": .string(problem)])
            },
            Endpoint(
                name: "isHealthy",
                method: .get,
                path: "/health",
                guarding: .scope(.read),
                summary: "Which provider is behind, failed, failing, held or throttled, and why.",
                answers: [
                    EndpointAnswer(.ok, "All is well.", .reference("Health")),
                    EndpointAnswer(.serviceUnavailable, "Something needs an eye.", .reference("HealthOrRefusal")),
                ]
            ) { _ in
                let report = try await health.report()
                return Response(report.isHealthy ? .ok : .serviceUnavailable, report.json)
            },
        ])
    }
}
