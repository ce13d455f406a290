/// Durations as people write them in the configuration, and as tables show them.
enum DurationText {
    /// What ``parse(_:)`` accepts.
    static let pattern = "[0-9]{1,9}(ms|s|m|h|d)"

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads `500ms`, `3s`, `5m`, `2h`, `1d`; nil for anything else.
    static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(digits.count), let number = Int64(digits) else { return nil }
        let unit = text.dropFirst(digits.count)
        return units.first { $0.name == unit }.map { .milliseconds(number * $0.milliseconds) }
    }

    /// The largest unit that says it exactly, as one would write it: `90s`, `1d`; rounded down to milliseconds.
    static func exact(_ duration: Duration) -> String {
        let milliseconds = Self.milliseconds(duration)
        guard milliseconds != 0, let unit = units.first(where: { milliseconds % $0.milliseconds == 0 }) else {
            return "0s"
        }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }

    /// Two units at most, as one reads it: `23h 59m`, `4m 5s`, `3.2s`, `850ms`.
    static func brief(_ duration: Duration) -> String {
        let milliseconds = max(0, Self.milliseconds(duration))
        if milliseconds < 1_000 { return "\(milliseconds)ms" }
        if milliseconds < 10_000 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100)s" }
        guard let index = units.firstIndex(where: { milliseconds >= $0.milliseconds }) else { return "0ms" }
        let unit = units[index]
        let rest = milliseconds % unit.milliseconds / units[index + 1].milliseconds
        let head = "\(milliseconds / unit.milliseconds)\(unit.name)"
        return unit.name == "s" || rest == 0 ? head : "\(head) \(rest)\(units[index + 1].name)"
    }

    /// As ``brief(_:)``, but with tenths where there are only few milliseconds: `0.4ms`.
    static func fine(_ duration: Duration) -> String {
        let tenths = max(0, Int64((duration / .microseconds(100)).rounded()))
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)ms" : brief(duration)
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
