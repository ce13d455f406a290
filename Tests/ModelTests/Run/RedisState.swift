@testable import Ingestion

/// A snapshot, taken apart.
struct RedisState {
    enum Place: Hashable { case ready, delayed, leased, dead, waiting }

    /// The fields after each key.
    var lines: [String: [Substring]] = [:]
    var places: [Place: [Substring]] = [:]
    var jobs: [Substring: [Substring: Substring]] = [:]
    /// Refs by the provider's key and the generation; those that the last whole cycle missed are at `missed`.
    var seen: [String: [Substring: [Substring]]] = [:]
    /// Of each stream and group: the last entry that was delivered, then those pending.
    var groups: [String: [Substring: [Int]]] = [:]

    init(_ snapshot: Snapshot) {
        for line in snapshot.lines {
            guard let tab = line.firstIndex(of: "\t") else {
                note(line.split(separator: " "))
                continue
            }
            let key = line[..<tab]
            let fields = line[line.index(after: tab)...].split(separator: "\t")
            let parts = key.split(separator: ":")
            // {tidemark : N} : jobs : PLACE, or : job : PROVIDER : RANDOM, or : provider : NAME …
            switch (parts[2], parts.last) {
            case ("jobs", "ready"): places[.ready, default: []] += fields
            case ("jobs", "dead"): places[.dead, default: []] += fields
            case ("jobs", "delayed"): places[.delayed, default: []] += Self.members(fields)
            case ("jobs", "leased"): places[.leased, default: []] += Self.members(fields)
            case ("job", _): jobs[key[parts[3].startIndex...]] = Self.values(fields)
            case ("provider", "waiting"): places[.waiting, default: []] += fields
            case ("provider", "missed"):
                seen[parts[0...3].joined(separator: ":"), default: [:]]["missed"] = fields
            case ("provider", let generation?) where parts.count == 6:
                seen[parts[0...3].joined(separator: ":"), default: [:]][generation] = fields
            default: lines[String(key)] = fields
            }
        }
    }

    func hash(_ key: String) -> [Substring: Substring]? { lines[key].map(Self.values) }

    /// The fields of an entry of a stream from the dump's text.
    static func fields(ofEntry text: String) -> [(String, [UInt8])] {
        // The fields before the bodies have no blanks.
        let hasKept = text.contains(" kept [")
        var parts = text.split(separator: " ", maxSplits: hasKept ? 19 : 17)
        guard let last = parts.popLast(), let middle = last.firstRange(of: "] removed [") else { return [] }
        parts += [last[..<last.index(after: middle.lowerBound)], "removed", "[" + last[middle.upperBound...]]
        return stride(from: 0, to: parts.count - 1, by: 2).map { (String(parts[$0]), Array(parts[$0 + 1].utf8)) }
    }

    /// `KEY GROUP lag N LAST PENDING…`, or `KEY resynced N`.
    private mutating func note(_ words: [Substring]) {
        guard words.count > 4 else { return }
        groups[String(words[0]), default: [:]][words[1]] = words[4...].compactMap { Int($0) }
    }

    private static func members(_ fields: [Substring]) -> [Substring] {
        stride(from: 0, to: fields.count, by: 2).map { fields[$0] }
    }

    private static func values(_ fields: [Substring]) -> [Substring: Substring] {
        var values: [Substring: Substring] = [:]
        for field in fields {
            guard let sign = field.firstIndex(of: "=") else { continue }
            values[field[..<sign]] = field[field.index(after: sign)...]
        }
        return values
    }
}
