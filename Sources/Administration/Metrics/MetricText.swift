/// Prometheus' text exposition format, version 0.0.4.
enum MetricText {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// The families that have series, by name; within one, in the order that it has them in.
    static func bytes(of families: [MetricFamily]) -> [UInt8] {
        var text: [UInt8] = []
        for family in families.sorted(by: { $0.name < $1.name }) where !family.samples.isEmpty {
            let help = family.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
            text += "# HELP \(family.name) \(help)\n# TYPE \(family.name) \(family.kind.rawValue)\n".utf8
            for sample in family.samples {
                let labels = sample.labels.text
                text += "\(family.name)\(sample.suffix)".utf8
                if !labels.isEmpty { text += "{\(labels)}".utf8 }
                text += " \(number(sample.value))\n".utf8
            }
        }
        return text
    }

    /// A label's value as it stands between its quotes.
    static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0) })
        else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// A number as Go reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }
}
