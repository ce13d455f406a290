internal import Catalog
internal import Hummingbird
package import Ingestion

/// `/api/v1/workers`: who works, and on what.
package struct WorkerEndpoints: EndpointGroup {
    private let store: Store

    package init(_ store: Store) {
        self.store = store
    }

    package func add(to table: inout EndpointTable) {
        table.add([
            Endpoint(
                name: "listWorkers",
                method: .get,
                path: "/api/v1/workers",
                guarding: .scope(.read),
                summary: "List the workers that gave a sign of life within 30 seconds, and what each does.",
                answers: [EndpointAnswer(.ok, "The workers.", .list("workers", .reference("Worker")))]
            ) { _ in
                Response(.ok, ["workers": .array(try await store.workers().map(\.json))])
            }
        ])
    }
}
