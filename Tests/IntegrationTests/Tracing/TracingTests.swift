import Catalog
import CatalogConsumer
import Foundation
import Ingestion
import Subprocess
import TestSupport
import Testing

/// The spans of real processes, as a collector gets them.
@Suite struct TracingTests {
    private static let token = "a-token-of-the-collector"

    private func withTracedDeployment(
        _ tracing: String = "headers: { Authorization: \"Bearer ${COLLECTOR_TOKEN}\" }",
        answering handler: @escaping HTTPTestServer.Handler = { _ in .json("{}") },
        _ body: (Deployment, HTTPTestServer) async throws -> Void
    ) async throws {
        try await HTTPTestServer.with(handler) { collector in
            try await withDeployment(chains: 2, pageSize: 10) { deployment in
                try deployment.source.list((0..<35).map { "host-\($0)" })
                let file = deployment.directory + "/tidemark.yaml"
                let yaml = try String(contentsOfFile: file, encoding: .utf8)
                try Data("tracing: { endpoint: \"\(collector.url)\", \(tracing) }\n\(yaml)".utf8)
                    .write(to: URL(filePath: file))
                try await body(deployment, collector)
            }
        }
    }

    @Test("a worker's and a consumer's spans are one trace, from the burst to the catalog, and hold no secret")
    func workerAndConsumer() async throws {
        try await withTracedDeployment { deployment, collector in
            let directory = deployment.directory
            let environment = ["COLLECTOR_TOKEN": Self.token]
            try await withTidemark(["worker"], name: "worker", in: directory, environment: environment) { worker in
                try await withTidemark(["consume"], name: "consume", in: directory, environment: environment) {
                    consumer in
                    try await eventually { try await deployment.status().completed == 1 }
                    let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                    try await eventually {
                        try await catalog.cycles(provider: Deployment.provider).first?.completed != nil
                    }
                    #expect(try await catalog.count() == 35)
                    for process in [worker, consumer] { try process.send(.terminate) }
                    // What they were asked to do is done: the last spans are sent.
                    try await eventually { worker.hasEnded && consumer.hasEnded }
                    for line in worker.lines + consumer.lines { #expect(!line.contains(Self.token)) }
                }
            }
            let spans = CollectedSpans(collector.requests)
            #expect(collector.requests.allSatisfy { $0.header("authorization") == "Bearer \(Self.token)" })
            #expect(collector.requests.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains(Self.token) })
            let byID = Dictionary(spans.all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            #expect(byID.count == spans.all.count)
            func parent(_ span: CollectedSpans.Span) -> CollectedSpans.Span? { span.parent.flatMap { byID[$0] } }
            for name in ["page", "commit", "sweep"] {
                #expect(!spans(name).isEmpty)
                for span in spans(name) { #expect(parent(span)?.name == "burst" && parent(span)?.trace == span.trace) }
            }
            #expect(spans("burst").allSatisfy { $0.parent == nil && $0["provider.name"] == Deployment.provider })
            // Every batch was stored in the trace of one that published it.
            #expect(!spans("apply").isEmpty)
            for span in spans("apply") {
                #expect(["burst", "commit", "sweep"].contains(parent(span)?.name) && parent(span)?.trace == span.trace)
            }
            let deltas = try await deployment.operations.store.deltas(of: Deployment.provider)
            #expect(deltas.allSatisfy { $0.traceparent != nil })
        }
    }

    @Test(
        "tidemark run has all of it in one process, and ends although its collector does not answer",
        arguments: [true, false]
    )
    func run(answers: Bool) async throws {
        try await withTracedDeployment(
            "sampleRatio: 1",
            answering: { _ in answers ? .json("{}") : .init(end: .stalled) }
        ) { deployment, collector in
            let status = try await withTidemark(["run", "--cycles", "1"], name: "run", in: deployment.directory) {
                run in
                try await eventually { run.hasEnded }
                let dropped = run.lines.filter { $0.contains("spans were dropped") }
                #expect(dropped.isEmpty == answers)
            }
            #expect(status == .exited(0))
            let spans = CollectedSpans(collector.requests)
            for name in ["burst", "page", "commit", "sweep", "apply"] { #expect(!spans(name).isEmpty) }
        }
    }
}
