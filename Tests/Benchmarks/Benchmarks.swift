internal import ArgumentParser

/// What the product reaches, each figure beside what it is to be compared with, taken in the same run.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures Tidemark, each figure beside what it is compared with in the same run.",
        discussion:
            "A benchmark prints its figures and its goal. It fails only when it breaks, not when a goal is missed.",
        subcommands: [
            CommitBenchmark.self, ClaimsBenchmark.self, HTTPBenchmark.self, MemoryBenchmark.self, ScalingBenchmark.self,
            LatencyBenchmark.self, SoakBenchmark.self, LDAPBenchmark.self, CallsBenchmark.self,
            ConditionalBenchmark.self, DashboardBenchmark.self,
            RecordServer.self, HTTPWorker.self, MemoryWorker.self, ScalingWorker.self, LDAPWorker.self,
            DashboardWorker.self,
        ]
    )
}
