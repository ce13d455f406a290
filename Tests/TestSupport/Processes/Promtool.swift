internal import Subprocess

/// Prometheus' own check of metrics; what it found, or nothing.
package func promtoolCheck(metrics text: String) async throws -> String {
    let result = try await run(
        .name("promtool"),
        arguments: ["check", "metrics"],
        input: .string(text),
        output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20)
    )
    let found = result.standardOutput + result.standardError
    return result.terminationStatus == .exited(0) ? found : "\(result.terminationStatus): \(found)"
}
