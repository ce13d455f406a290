/// Prometheus' text format, version 0.0.4, read strictly: what is not as the format says is an error.
package struct PrometheusText: Sendable {
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    /// By `name{label="value",…}`, as it is written.
    package private(set) var values: [String: Double] = [:]
    /// By name.
    package private(set) var types: [String: String] = [:]
    package private(set) var help: [String: String] = [:]

    package subscript(_ series: String) -> Double? { values[series] }

    /// The series of a name, whatever their labels.
    package func series(_ name: String) -> [String: Double] {
        values.filter { $0.key == name || $0.key.hasPrefix("\(name){") }
    }

    package init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Malformed(description: "the last line does not end") }
        var family = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)/) {
                family = String(match.1)
                guard help.updateValue(String(match.2), forKey: family) == nil else {
                    throw Self.bad(line, "a second HELP")
                }
            } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
                guard match.1 == family, types.updateValue(String(match.2), forKey: family) == nil else {
                    throw Self.bad(line, "a TYPE that does not follow its HELP")
                }
            } else {
                try add(line, of: family)
            }
        }
        try checkHistograms()
    }

    private mutating func add(_ line: Substring, of family: String) throws {
        let label = #/[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"/#
        let pattern = #/([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^\n]*)\})? (\S+)/#
        guard let match = line.wholeMatch(of: pattern), let value = Self.number(match.3) else {
            throw Self.bad(line, "no sample")
        }
        var rest = match.2 ?? ""
        var names: Set<Substring> = []
        while !rest.isEmpty {
            guard let one = rest.prefixMatch(of: label), names.insert(one.0.prefix { $0 != "=" }).inserted else {
                throw Self.bad(line, "its labels")
            }
            rest = rest[one.range.upperBound...]
            if rest.hasPrefix(",") { rest = rest.dropFirst() }
        }
        let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard types[family] != nil, suffixes.contains(where: { match.1 == family + $0 }) else {
            throw Self.bad(line, "not of the family that stands before it")
        }
        guard values.updateValue(value, forKey: String(line.dropLast(match.3.count + 1))) == nil else {
            throw Self.bad(line, "twice")
        }
    }

    /// Buckets rise, the last has all, and that is the count.
    private func checkHistograms() throws {
        for (series, count) in values {
            guard let name = series.firstMatch(of: /^([^{]+)_count/)?.1, types[String(name)] == "histogram" else {
                continue
            }
            let labels = series.dropFirst(name.count + 6).dropFirst().dropLast()
            let begin = "\(name)_bucket{" + (labels.isEmpty ? "" : "\(labels),") + "le=\""
            let buckets = values.compactMap { key, value in
                key.hasPrefix(begin) ? Self.number(key.dropFirst(begin.count).dropLast(2)).map { ($0, value) } : nil
            }.sorted { $0.0 < $1.0 }
            guard let last = buckets.last, last.0 == .infinity, last.1 == count,
                zip(buckets, buckets.dropFirst()).allSatisfy({ $0.1 <= $1.1 }),
                values["\(name)_sum" + series.dropFirst(name.count + 6)] != nil
            else { throw Self.bad(series[...], "no whole histogram") }
        }
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.allSatisfy({ "0123456789.e+-".contains($0) }) ? Double(text) : nil
        }
    }

    private static func bad(_ line: Substring, _ what: String) -> Malformed {
        Malformed(description: "\(what): \(line)")
    }
}
