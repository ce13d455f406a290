extension SourceURL {
    /// The query's parameters in order, decoded.
    var parameters: [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return (name.percentDecoded, pair[name.endIndex...].dropFirst().percentDecoded)
        }
    }

    /// Drops every parameter of this name; the others stay as they were written.
    mutating func removeParameter(_ name: String) {
        guard let query else { return }
        let kept = query.split(separator: "&", omittingEmptySubsequences: false).filter { pair in
            pair.prefix { $0 != "=" }.percentDecoded != name
        }
        guard kept.count < query.split(separator: "&", omittingEmptySubsequences: false).count else { return }
        self.query = kept.isEmpty ? nil : kept.joined(separator: "&")
    }

    /// Adds a parameter for each value.
    mutating func appendParameter(_ name: String, _ values: [String]) {
        for value in values {
            let pair = "\(name.percentEncoded)=\(value.percentEncoded)"
            query = query.map { $0.isEmpty ? pair : "\($0)&\(pair)" } ?? pair
        }
    }

    /// Adds a parameter in the place of those of its name; no values only removes.
    mutating func setParameter(_ name: String, _ values: [String]) {
        removeParameter(name)
        appendParameter(name, values)
    }
}
