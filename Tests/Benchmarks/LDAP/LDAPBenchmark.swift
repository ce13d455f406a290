internal import ArgumentParser
internal import Subprocess
internal import TestSupport

struct LDAPBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ldap",
        abstract: "A cycle over a directory against one paged search of ldapsearch, which keeps its connection."
    )

    @Option(help: "Entries of the directory.") var entries = 100_000
    @Option(help: "Rounds of each, alternating.") var rounds = 3

    func run() async throws {
        let (count, rounds) = (entries, rounds)
        var entries = TestEntries()
        for number in 0..<count { entries.add(person: "p\(number)") }
        try await withTestDirectory(entries.ldif) { directory in
            try await PrivateRedis.with { redis in
                let report = Report(
                    "ldap: entries/s through a cycle, \(count) people with random entryUUIDs, one worker, Redis writes included",
                    comparedWith: "ldapsearch: the same entries over one paged connection, no mapping, no Redis",
                    redis: redis
                )
                report.row("round", "ldapsearch", "no limit", "ratio", "limit of 500", "peak MiB")
                var ratios: [Double] = []
                for round in 1...rounds {
                    let ceiling = Double(count) / (try await search(directory))
                    let whole = try await cycle(directory, redis, count, isLimited: false)
                    let limited = try await cycle(directory, redis, count, isLimited: true)
                    let rate = Double(count) / (whole["seconds"] ?? .infinity)
                    ratios.append(rate / ceiling)
                    report.row(
                        "\(round)",
                        ceiling.text(0),
                        rate.text(0),
                        (rate / ceiling).text(2),
                        (Double(count) / (limited["seconds"] ?? .infinity)).text(0),
                        (max(whole["memory"] ?? 0, limited["memory"] ?? 0) / Double(1 << 20)).text(0)
                    )
                }
                let ratio = ratios.median
                report.outcome("\(ratio.text(2)) of ldapsearch", goal: "at least 0.25", reached: ratio >= 0.25)
            }
        }
    }
}

/// How long one paged search takes, in seconds.
private func search(_ directory: TestDirectory) async throws -> Double {
    let began = ContinuousClock.now
    let result = try await Subprocess.run(
        .name("ldapsearch"),
        arguments: [
            "-LLL", "-x", "-H", directory.url, "-D", TestDirectory.administrator, "-w", TestDirectory.password,
            "-E", "pr=500/noprompt", "-b", TestEntries.people, "(objectClass=inetOrgPerson)", "cn", "mail", "uid",
            "memberOf", "entryUUID",
        ],
        output: .discarded,
        error: .discarded
    )
    guard result.terminationStatus.isSuccess else {
        throw BenchmarkError("ldapsearch ended with \(result.terminationStatus)")
    }
    return began.duration(to: .now) / .seconds(1)
}

private func cycle(
    _ directory: TestDirectory,
    _ redis: PrivateRedis,
    _ count: Int,
    isLimited: Bool
) async throws -> [String: Double] {
    try await redis.clear()
    let arguments = [
        "ldap-worker", "--redis", redis.socketPath, "--url", directory.url, "--base", TestEntries.people,
    ]
    // The administrator is under no limit.
    let reader = ["--dn", TestDirectory.administrator, "--password", TestDirectory.password]
    let figures = try await ChildProcess(arguments + (isLimited ? [] : reader)).figures()
    guard figures["entities"] == Double(count) else { throw BenchmarkError("not the whole directory: \(figures)") }
    return figures
}
