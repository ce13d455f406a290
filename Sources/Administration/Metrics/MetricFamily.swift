/// All series of one name.
struct MetricFamily: Sendable, Equatable {
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    struct Sample: Sendable, Equatable {
        /// What stands behind the name: `_bucket`, `_sum` or `_count` of a histogram, else nothing.
        var suffix = ""
        var labels = MetricLabels()
        var value: Double
    }

    let name: String
    let kind: Kind
    let help: String
    var samples: [Sample] = []

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample] = []) {
        (self.name, self.kind, self.help, self.samples) = (name, kind, help, samples)
    }

    /// A series without labels; none where there is no value.
    init(_ name: String, _ kind: Kind, _ help: String, value: Double?) {
        self.init(name, kind, help, value.map { [Sample(value: $0)] } ?? [])
    }

    /// Another series; none where there is no value.
    mutating func add(_ labels: [(String, String)] = [], _ value: Double?) {
        if let value { samples.append(Sample(labels: MetricLabels(labels), value: value)) }
    }
}

/// The labels of a series as they are written, without the braces.
struct MetricLabels: Sendable, Hashable, Comparable {
    let text: String

    init(_ labels: [(String, String)] = []) {
        text = labels.map { "\($0)=\"\(MetricText.escaped($1))\"" }.joined(separator: ",")
    }

    private init(text: String) {
        self.text = text
    }

    /// With the upper bound of a bucket.
    func with(bound: String) -> MetricLabels {
        MetricLabels(text: text.isEmpty ? "le=\"\(bound)\"" : "\(text),le=\"\(bound)\"")
    }

    static func < (one: MetricLabels, other: MetricLabels) -> Bool { one.text < other.text }
}
