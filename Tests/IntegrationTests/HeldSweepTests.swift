import CatalogConsumer
import Ingestion
import Subprocess
import TestSupport
import Testing

@Suite struct HeldSweepTests {
    @Test("U11: a source that lists nothing in its second cycle: held, listed, approved, from the command line")
    func emptySource() async throws {
        try await withDeployment(chains: 2, pageSize: 5) { deployment in
            let directory = deployment.directory
            try deployment.source.list((0..<20).map { "host-\($0)" })
            try await withTidemark(["worker"], name: "worker", in: directory) { _ in
                try await withTidemark(["consume"], name: "consume", in: directory) { _ in
                    try await eventually { try await deployment.status().phase == .resting }
                    let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                    try await eventually { try await catalog.count() == 20 }

                    try deployment.source.list([])
                    #expect(try await tidemark("trigger", Deployment.provider, in: directory).status == .exited(0))
                    try await eventually { try await deployment.status().phase == .held }
                    #expect(try await catalog.count() == 20)

                    let shown = try await tidemark("sweep", "show", Deployment.provider, in: directory)
                    #expect(shown.status == .exited(0))
                    #expect(shown.output.contains("component:default/host-7"))
                    #expect(shown.output.contains("listed nothing"))

                    #expect(
                        try await tidemark("sweep", "approve", Deployment.provider, in: directory).status == .exited(0)
                    )
                    try await eventually { try await catalog.count() == 0 }
                    try await eventually { try await deployment.status().phase == .resting }
                    let again = try await tidemark("sweep", "approve", Deployment.provider, in: directory)
                    #expect(again.status == .exited(4))
                    #expect(again.errors.contains("no sweep"))
                }
            }
        }
    }
}
