internal import Catalog
internal import Ingestion

/// One page of a Relay connection (GraphQL Cursor Connections Specification, 2 to 5).
struct RelayConnection: Sendable {
    /// The nodes, or the edges with their nodes, as they are in the answer.
    var items: [JSON]
    /// Whether the items are edges.
    let hasEdges: Bool
    /// The cursor of the next page; nil at the end.
    let next: JSON?
    /// The connection as it was.
    private let value: JSON

    /// - Parameters:
    ///   - after: the cursor that this page was asked for with.
    ///   - place: begins every message.
    init(_ value: JSON, after: JSON?, place: @autoclosure () -> String) throws(SourceError) {
        func invalid(_ reason: String) -> SourceError { SourceError(.invalidPage, "\(place()) \(reason)") }
        guard value.object != nil else { throw invalid("is no object: is it a connection?") }
        guard let info = value["pageInfo"], let goesOn = info["hasNextPage"]?.bool else {
            throw invalid("has no `pageInfo { hasNextPage }`")
        }
        if goesOn {
            guard let cursor = info["endCursor"], cursor != .null, cursor != "", cursor.object == nil,
                cursor.array == nil
            else {
                throw invalid("has a next page, but no `endCursor`")
            }
            guard cursor != after else { throw invalid("has a next page, whose cursor is that of this page") }
            next = cursor
        } else {
            next = nil
        }
        guard let items = value["nodes"]?.array ?? value["edges"]?.array else {
            throw invalid("has neither `nodes` nor `edges`")
        }
        hasEdges = value["nodes"]?.array == nil
        self.items = items
        self.value = value
    }

    /// The node of an item; nil for null.
    func node(of item: JSON) -> JSON? {
        guard let node = hasEdges ? item["node"] : item, !node.isNull else { return nil }
        return node
    }

    /// An item with another node.
    func item(_ item: JSON, with node: JSON) -> JSON {
        guard hasEdges else { return node }
        var edge = item
        edge["node"] = node
        return edge
    }

    /// How many there are in all, where the query asks for it.
    var total: Int64? { value["totalCount"]?.integer }

    /// The connection with the items as they are now, as its only page.
    var whole: JSON {
        var value = value
        value[hasEdges ? "edges" : "nodes"] = .array(items)
        value["pageInfo"] = ["hasNextPage": false]
        return value
    }
}

extension JSON {
    /// The same with another value at a path, or without it; nothing changes where what should hold it is no object.
    func setting(_ path: ArraySlice<String>, to value: JSON?) -> JSON {
        guard let name = path.first, object != nil else { return self }
        var copy = self
        copy[name] = path.count == 1 ? value : self[name]?.setting(path.dropFirst(), to: value)
        return copy
    }
}
