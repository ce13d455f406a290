internal import Ingestion
internal import Redis

/// The commands that held Redis for a millisecond or more, by what they were.
struct SlowCommands: Sendable {
    /// Milliseconds of each, by the name of the command or of the script.
    let byName: [String: [Double]]
    /// The worst of each event that Redis's latency monitor saw, in milliseconds.
    let events: [(name: String, worst: Int64)]

    static let arguments = [
        "--slowlog-log-slower-than", "1000", "--slowlog-max-len", "1000000", "--latency-monitor-threshold", "1",
    ]

    var longest: Double { byName.values.joined().max() ?? 0 }

    init(of redis: PrivateRedis) async throws {
        let names = Dictionary(uniqueKeysWithValues: Scripts.all.map { ($0.sha1, $0.name) })
        var byName: [String: [Double]] = [:]
        for entry in try await redis.client.send(RedisCommand("SLOWLOG", "GET", "-1")).array ?? [] {
            guard let fields = entry.array, fields.count > 3, let microseconds = fields[2].int,
                let words = fields[3].array?.compactMap(\.string), let command = words.first
            else { continue }
            let script = words.count > 1 ? names[words[1]] : nil
            byName[script ?? command.uppercased(), default: []].append(Double(microseconds) / 1_000)
        }
        self.byName = byName
        events = (try await redis.client.send(RedisCommand("LATENCY", "LATEST")).array ?? []).compactMap { entry in
            guard let fields = entry.array, fields.count > 3, let name = fields[0].string, let worst = fields[3].int
            else { return nil }
            return (name, worst)
        }
    }

    func print(to report: Report) {
        report.row("commands of 1 ms and more", "count", "median ms", "p99 ms", "longest ms")
        for (name, times) in byName.sorted(by: { ($0.value.max() ?? 0) > ($1.value.max() ?? 0) }) {
            report.row(
                name,
                "\(times.count)",
                times.median.text(2),
                times.percentile(99).text(2),
                (times.max() ?? 0).text(2)
            )
        }
        let seen = events.map { "\($0.name) \($0.worst) ms" }.joined(separator: ", ")
        report.note("latency monitor, the worst of each event: \(seen.isEmpty ? "none of 1 ms" : seen)")
    }
}
