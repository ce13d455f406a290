internal import Foundation
internal import Glibc

/// Instants, in milliseconds since 1970 as Redis has them, as people and programs read them.
enum Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T22:19:50.745Z`.
    static func text(milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1_000)
        var fraction = milliseconds % 1_000
        if fraction < 0 {
            seconds -= 1
            fraction += 1_000
        }
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1_900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let clock = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
        return date.map(twoDigits).joined(separator: "-") + "T" + clock.map(twoDigits).joined(separator: ":")
            + "." + String(repeating: "0", count: 3 - "\(fraction)".count) + "\(fraction)Z"
    }

    /// How long ago, or how long until: `3m ago`, `in 23h 59m`, `now`.
    static func relative(_ milliseconds: Int64, to now: Int64) -> String {
        let distance = milliseconds - now
        if abs(distance) < 1_000 { return "now" }
        // Whole seconds: a table is not read more closely than that.
        let text = DurationText.brief(.seconds(abs(distance) / 1_000)).replacing(".0s", with: "s")
        return distance > 0 ? "in \(text)" : "\(text) ago"
    }

    /// The machine's clock.
    static func now() -> Int64 {
        Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
