import Redis

/// All that Redis holds after a step, in lines, sorted.
struct Snapshot {
    var lines: [String] = []
    /// New entries by the key of their stream, each as text.
    var entries: [String: [String]] = [:]
}

/// Takes snapshots; entries of streams get numbers from 1, in their order.
struct Camera {
    private static let script = RedisScript(name: "dump", bytes: PackageResources.dump_lua)

    let redis: RedisClient
    private var numbers: [String: [String: Int]] = [:]
    private var last: [String: String] = [:]

    init(redis: RedisClient) {
        self.redis = redis
    }

    /// The id of an entry; 0 is before all.
    func id(of number: Int, in stream: String) -> String {
        numbers[stream]?.first { $0.value == number }?.key ?? "0-0"
    }

    func number(of id: String, in stream: String) -> Int { numbers[stream]?[id] ?? 0 }

    /// A stream is deleted; what comes in its place is new from its first entry.
    mutating func forget(_ stream: String) { last[stream] = nil }

    mutating func take() async throws -> Snapshot {
        let seen = last
        let reply = try await redis.evaluate(Self.script, keys: []) { command in
            for (stream, id) in seen {
                command.append(stream)
                command.append(id)
            }
        }
        let parts = (reply.array ?? []).map { $0.array ?? [] }
        var snapshot = Snapshot(lines: parts[0].compactMap(\.string))
        for index in stride(from: 0, to: parts[1].count, by: 3) {
            guard let stream = parts[1][index].string, let id = parts[1][index + 1].string else { continue }
            numbers[stream, default: [:]][id] = numbers[stream, default: [:]].count + 1
            last[stream] = id
            snapshot.entries[stream, default: []].append(parts[1][index + 2].string ?? "")
        }
        for index in stride(from: 0, to: parts[2].count, by: 2) {
            guard let line = parts[2][index].string, let ids = parts[2][index + 1].array else { continue }
            let key = line.prefix { $0 != " " }
            let stream = key.hasSuffix(":deltas") ? String(key) : key + ":deltas"
            let entries = ids.map { "\(number(of: $0.string ?? "", in: stream))" }
            snapshot.lines.append(line + " " + entries.joined(separator: " "))
        }
        snapshot.lines.sort()
        return snapshot
    }
}
