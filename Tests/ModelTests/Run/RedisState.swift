@testable import Ingestion

/// A snapshot, taken apart.
struct RedisState {
    enum Place: Hashable { case ready, delayed, leased, dead, waiting }

    /// The fields after each key.
    var lines: [String: [Substring]] = [:]
    /// Providers' own, by their keys.
    private var hashes: [String: [Substring: Substring]] = [:]
    var places: [Place: [Substring]] = [:]
    /// When each delayed job is due, and each lease ends.
    var ends: [Substring: Int64] = [:]
    var jobs: [Substring: [Substring: Substring]] = [:]
    /// Refs by the provider's key and the generation; those that the last whole cycle missed are at `missed`.
    var seen: [String: [Substring: [Substring]]] = [:]
    /// Of each stream and group: the last entry that was delivered, then those pending.
    var groups: [String: [Substring: [Int]]] = [:]

    init(_ snapshot: Snapshot) {
        for line in snapshot.lines {
            guard let tab = line.utf8.firstIndex(of: UInt8(ascii: "\t")) else {
                note(Self.split(line[...], " "))
                continue
            }
            let key = line[..<tab]
            let fields = Self.split(line[line.utf8.index(after: tab)...], "\t")
            let parts = Self.split(key, ":")
            // {tidemark : N} : jobs : PLACE, or : job : PROVIDER : RANDOM, or : provider : NAME …
            switch (parts[2], parts.last) {
            case ("jobs", "ready"): places[.ready, default: []] += fields
            case ("jobs", "dead"): places[.dead, default: []] += fields
            case ("jobs", "delayed"):
                places[.delayed, default: []] += Self.members(fields)
                note(ends: fields)
            case ("jobs", "leased"):
                places[.leased, default: []] += Self.members(fields)
                note(ends: fields)
            case ("job", _): jobs[key[parts[3].startIndex...]] = Self.values(fields)
            case ("provider", "waiting"): places[.waiting, default: []] += fields
            case ("provider", "missed"):
                seen[parts[0...3].joined(separator: ":"), default: [:]]["missed"] = fields
            case ("provider", let generation?) where parts.count == 6:
                seen[parts[0...3].joined(separator: ":"), default: [:]][generation] = fields
            default:
                lines[String(key)] = fields
                if parts[2] == "provider", parts.count == 4 { hashes[String(key)] = Self.values(fields) }
            }
        }
    }

    func hash(_ key: String) -> [Substring: Substring]? { hashes[key] ?? lines[key].map(Self.values) }

    /// The fields of an entry of a stream from the dump's text.
    static func fields(ofEntry text: String) -> [(String, [UInt8])] {
        // The fields before the bodies have no blanks.
        let hasKept = text.contains(" kept [")
        var parts = text.split(separator: " ", maxSplits: hasKept ? 19 : 17)
        guard let last = parts.popLast(), let middle = last.firstRange(of: "] removed [") else { return [] }
        parts += [last[..<last.index(after: middle.lowerBound)], "removed", "[" + last[middle.upperBound...]]
        return stride(from: 0, to: parts.count - 1, by: 2).map { (String(parts[$0]), Array(parts[$0 + 1].utf8)) }
    }

    private mutating func note(ends fields: [Substring]) {
        for index in stride(from: 0, to: fields.count - 1, by: 2) { ends[fields[index]] = Int64(fields[index + 1]) }
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
            guard let sign = field.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values[field[..<sign]] = field[field.utf8.index(after: sign)...]
        }
        return values
    }

    /// By bytes: each step takes all of Redis apart, and by characters that is what takes longest.
    private static func split(_ text: Substring, _ separator: Unicode.Scalar) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: separator)).map(Substring.init)
    }
}
