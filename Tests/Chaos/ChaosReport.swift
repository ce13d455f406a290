/// What a run came to.
struct ChaosReport: Sendable {
    var faults: [Fault: Int]
    var starts: [String: Int]
    var completed: Int
    var compared: Int
    var pages: Int
    var again: Int
    var entries: Int
    var missing: Int
    var extra: Int
    var different: Int
    /// Examples of what was published twice.
    var twice: [String]
    /// Invariants that do not hold, and processes that crashed by themselves.
    var broken: [String]

    var isWell: Bool { missing == 0 && extra == 0 && different == 0 && twice.isEmpty && broken.isEmpty }

    var text: String {
        var lines = ["", "\(faults.values.reduce(0, +)) faults"]
        for fault in Fault.allCases {
            if let count = faults[fault] { lines.append(Self.line(fault.rawValue, count)) }
        }
        lines += ["", "Processes started"]
        lines += starts.sorted { $0.key < $1.key }.map { Self.line($0.key, $0.value) }
        lines += [
            "",
            Self.line("cycles completed", completed, indent: 0),
            Self.line("of these compared with the source", compared),
            Self.line("pages read", pages, indent: 0),
            Self.line("of these read again", again),
            Self.line("entries on the streams", entries, indent: 0),
            "",
            Self.line("entities missing", missing, indent: 0),
            Self.line("entities extra", extra, indent: 0),
            Self.line("entities with another body", different, indent: 0),
            Self.line("published twice for a page", twice.count, indent: 0),
        ]
        lines += (twice.prefix(10) + broken).map { "  \($0)" }
        return lines.joined(separator: "\n")
    }

    private static func line(_ label: String, _ count: Int, indent: Int = 2) -> String {
        let label = String(repeating: " ", count: indent) + label
        let number = "\(count)"
        return label + String(repeating: " ", count: max(1, 64 - label.count - number.count)) + number
    }
}
