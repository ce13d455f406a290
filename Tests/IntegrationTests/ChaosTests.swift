import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct ChaosTests {
    @Test(
        "chaos in small: 25 faults on processes, connections, sources and Redis, and nothing is missing, extra or twice"
    )
    func aFewFaults() async throws {
        try await withTemporaryDirectory { directory in
            let program = TidemarkProcess.executable.removingLastComponent().appending("Chaos")
            let result = try await run(
                .path(program),
                arguments: ["--faults", "25", "--workers", "2", "--entities", "600"],
                environment: .inherit.updating(["TMPDIR": directory]),
                output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20)
            )
            #expect(result.terminationStatus == .exited(0), "\(result.standardOutput)\(result.standardError)")
        }
    }
}
