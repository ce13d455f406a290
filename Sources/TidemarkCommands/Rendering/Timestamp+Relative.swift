internal import Administration

extension Timestamp {
    /// How long ago, or how long until: `3m ago`, `in 23h 59m`, `now`.
    static func relative(_ milliseconds: Int64, to now: Int64) -> String {
        let distance = milliseconds - now
        if abs(distance) < 1_000 { return "now" }
        // Whole seconds: a table is not read more closely than that.
        let text = DurationText.brief(.seconds(abs(distance) / 1_000)).replacing(".0s", with: "s")
        return distance > 0 ? "in \(text)" : "\(text) ago"
    }
}
