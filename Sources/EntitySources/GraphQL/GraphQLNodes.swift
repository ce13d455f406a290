internal import Catalog
internal import Ingestion

/// Finds connections and nodes in an answer. What is null in it is an error, but for what an accepted error explains.
struct GraphQLNodes: Sendable {
    let answer: GraphQLAnswer

    /// The connection at a path.
    func connection(at path: [String], after: JSON?) throws(SourceError) -> RelayConnection {
        guard var value = answer.data else { throw missing("`data` is null") }
        for (index, name) in path.enumerated() {
            guard let below = value[name], !below.isNull else {
                throw missing(
                    "`\(path[...index].joined(separator: "."))` is \(value[name] == nil ? "missing" : "null")"
                )
            }
            value = below
        }
        return try RelayConnection(
            value,
            after: after,
            place: "\(answer.requestName): `\(path.joined(separator: "."))`"
        )
    }

    /// A connection inside a node; nil where the node has none.
    ///
    /// An object on the way to it may be null, and has no connection then. The connection itself may not.
    func nested(_ path: [String], in node: JSON, at place: [JSON]) throws(SourceError) -> RelayConnection? {
        var value = node
        for (index, name) in path.enumerated() {
            let isLast = index == path.count - 1
            guard let below = value[name], !below.isNull else {
                if !isLast, value[name] != nil { return nil }
                let missing = place + path[...index].map(JSON.string)
                if isExplained(missing) { return nil }
                throw self.missing("\(text(missing)) is \(value[name] == nil ? "missing" : "null")")
            }
            value = below
        }
        return try RelayConnection(
            value,
            after: nil,
            place: "\(answer.requestName): \(text(place + path.map(JSON.string)))"
        )
    }

    /// The node of a connection's item; nil for one that is null for an accepted error.
    func node(_ index: Int, of connection: RelayConnection, at path: [String]) throws(SourceError) -> JSON? {
        try node(index, of: connection, below: path.map(JSON.string))
    }

    func node(_ index: Int, of connection: RelayConnection, below place: [JSON]) throws(SourceError) -> JSON? {
        if let node = connection.node(of: connection.items[index]) { return node }
        let place = place + connection.place(of: index)
        if isExplained(place) { return nil }
        throw missing("\(text(place)) is null, and no error says why")
    }

    /// Whether an error's path leads through a place, which is why it is null. All that are not accepted have failed the page.
    private func isExplained(_ place: [JSON]) -> Bool {
        answer.errors.contains { $0.path.starts(with: place) }
    }

    private func text(_ place: [JSON]) -> String {
        "`" + place.map { $0.string ?? "[\($0)]" }.joined(separator: ".").replacing(".[", with: "[") + "`"
    }

    private func missing(_ what: String) -> SourceError {
        let reasons = answer.errors.prefix(3).map(\.summary).joined(separator: "; ")
        let why =
            reasons.isEmpty
            ? "does what the query names exist, and may these credentials (`auth`) see it?"
            : "the answer has errors: \(reasons)"
        return SourceError(.invalidPage, "\(answer.requestName): \(what): \(why)")
    }
}

extension RelayConnection {
    /// The path of an item below the connection, as errors have it.
    func place(of index: Int) -> [JSON] {
        [hasEdges ? "edges" : "nodes", .integer(Int64(index))]
    }
}
