import Catalog
import Ingestion
import TestSupport
import Testing

@testable import Administration

@Suite struct WorkerEndpointsTests {
    @Test("a worker is listed with what it does while it lives, and no more when it has ended")
    func workers() async throws {
        try await APISite.with { site in
            #expect(try await site.ask("GET", "/api/v1/workers").json == ["workers": []])
            try await withLivingWorker(site) {
                let worker = try #require(try await site.ask("GET", "/api/v1/workers").json["workers"]?[0])
                #expect(worker["slots"] == 4 && worker["version"] == .string(TidemarkVersion.current))
                #expect(worker["name"]?.string?.wholeMatch(of: /.+\/[0-9]+/) != nil)
            }
            try await eventually { try await site.ask("GET", "/api/v1/workers").json == ["workers": []] }
        }
    }
}
