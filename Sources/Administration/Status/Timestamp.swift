internal import Foundation
internal import Glibc

/// Instants, in milliseconds since 1970 as Redis has them, as people and programs read them.
package enum Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T22:19:50.745Z`.
    package static func text(milliseconds: Int64) -> String {
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

    /// The machine's clock.
    package static func now() -> Int64 {
        Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
