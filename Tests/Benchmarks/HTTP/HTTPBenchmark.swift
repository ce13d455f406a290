internal import ArgumentParser

struct HTTPBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "The http source with a jq mapping against a plain Python script that has no Redis."
    )

    @Option(help: "Records of a round.") var records = 100_000
    @Option(help: "Rounds of each, alternating.") var rounds = 5
    @Option(help: "A Python that has orjson.") var python = ".build-benchmark/venv/bin/python"
    @Option(help: "The script to compare with.") var script = "Tests/Benchmarks/HTTP/baseline.py"

    func run() async throws {
        let (records, rounds) = (records, rounds)
        let baseline = { @Sendable [python, script] url in ChildProcess(executable: python, [script, url]) }
        let server = try ChildProcess("serve-records", "--records", "\(records)", "--page-size", "500")
        try await server.serving { port in
            let url = "http://127.0.0.1:\(port)/repositories"
            try await PrivateRedis.with { redis in
                let report = Report(
                    "http: records/s through a cycle, pages of 500 from a local server, jq mapping, Redis writes included",
                    comparedWith: "a plain Python script with orjson: the same pages and mapping, no Redis",
                    redis: redis
                )
                report.row("round", "Python", "Tidemark", "ratio", "CPU s a cycle", "peak MiB")
                var figures: [(python: Double, tidemark: Double)] = []
                for round in 1...rounds {
                    let script = try await baseline(url).figures()
                    try await redis.clear()
                    let worker = try await ChildProcess("http-worker", "--redis", redis.socketPath, "--url", url)
                        .figures()
                    guard worker["entities"] == Double(records), script["records"] == Double(records),
                        let seconds = worker["seconds"], let scriptSeconds = script["seconds"]
                    else { throw BenchmarkError("the two have not read the same: \(worker), \(script)") }
                    let figure = (python: Double(records) / scriptSeconds, tidemark: Double(records) / seconds)
                    figures.append(figure)
                    report.row(
                        "\(round)",
                        figure.python.text(0),
                        figure.tidemark.text(0),
                        (figure.tidemark / figure.python).text(2),
                        (worker["processor"] ?? 0).text(2),
                        ((worker["memory"] ?? 0) / Double(1 << 20)).text(0)
                    )
                }
                let ratio = figures.map { $0.tidemark / $0.python }.median
                report.row(
                    "median",
                    figures.map(\.python).median.text(0),
                    figures.map(\.tidemark).median.text(0),
                    ratio.text(2)
                )
                report.outcome("\(ratio.text(2)) of the Python script", goal: "at least 1.00", reached: ratio >= 1)
            }
        }
    }
}
