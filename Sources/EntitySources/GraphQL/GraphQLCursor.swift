internal import Catalog
internal import Ingestion

/// Where a `graphql` source goes on, in the small JSON shapes that are stored. A page size that was lowered goes with each.
enum GraphQLCursor: Hashable, Sendable {
    /// `{"after": "…"}`: the connection, after a cursor that the server gave. Without one, its start.
    case connection(after: JSON?, PageSize)
    /// `{"nested": […]}`: nested connections, one after the other.
    case nested([Nested], PageSize)
    /// `{"parents": […]}`: records whose nested connections are to be collected, one after the other.
    case parents([Parent], PageSize)

    /// A nested connection of one parent.
    struct Nested: Hashable, Sendable {
        /// Which of the configured ones.
        var name: String
        /// The variables of its query.
        var variables: [String: JSON]
        var after: JSON?
        /// What `$parent` is.
        var parent: JSON
    }

    /// A record that lacks pages of its nested connections.
    struct Parent: Hashable, Sendable {
        /// The node, or the edge, without its nested connections.
        var item: JSON
        /// The variables of the queries for those that are to be read, by their names.
        var variables: [String: [String: JSON]]
        /// The nested connections that the page held whole.
        var whole: [String: JSON]
        /// The answer around the item, for `records`; without its items.
        var surroundings: JSON?
        /// What there is so far of the nested connection that is read now: the first of `variables` by its name.
        var begun: Begun?
    }

    /// The pages of a nested connection that were read already.
    struct Begun: Hashable, Sendable {
        var items: [JSON] = []
        var after: JSON?
        var pages = 0
    }

    /// Reads a stored cursor.
    ///
    /// - Throws: `cursorExpired` for what this configuration does not write: it has changed since, and only a new cycle can be right.
    init(_ stored: JSON?, _ plan: GraphQLPlan) throws(SourceError) {
        guard let stored else {
            self = .connection(after: nil, PageSize(plan.connection.pageSize))
            return
        }
        if let values = stored["nested"]?.array {
            let positions = values.compactMap { Nested($0) }
            let isKnown = positions.allSatisfy { plan.mapped[$0.name] != nil }
            if isKnown, positions.count == values.count, let first = positions.first.flatMap({ plan.mapped[$0.name] }) {
                self = .nested(positions, PageSize(first.connection.pageSize, storedIn: stored))
                return
            }
        } else if let values = stored["parents"]?.array {
            let parents = values.compactMap { Parent($0) }
            let isKnown = parents.allSatisfy { parent in
                !parent.variables.isEmpty && parent.variables.keys.allSatisfy { plan.collected[$0] != nil }
                    && Set(parent.variables.keys).union(parent.whole.keys) == Set(plan.collected.keys)
            }
            if isKnown, !parents.isEmpty, parents.count == values.count {
                self = .parents(parents, PageSize(plan.largestCollectedPage, storedIn: stored))
                return
            }
        } else if let members = stored.object, Set(members.keys).isSubset(of: ["after", "first", "calm"]) {
            self = .connection(after: stored["after"], PageSize(plan.connection.pageSize, storedIn: stored))
            return
        }
        throw SourceError(
            .cursorExpired,
            "the stored cursor is not of this configuration, which has changed since: the cycle starts over"
        )
    }

    /// What is stored.
    var stored: JSON {
        var json: JSON = [:]
        let size: PageSize
        switch self {
        case .connection(let after, let itsSize):
            json["after"] = after
            size = itsSize
        case .nested(let positions, let itsSize):
            json["nested"] = .array(positions.map(\.json))
            size = itsSize
        case .parents(let parents, let itsSize):
            json["parents"] = .array(parents.map(\.json))
            size = itsSize
        }
        size.store(in: &json)
        return json
    }

    /// The same place, with another page size.
    func with(_ size: PageSize) -> GraphQLCursor {
        switch self {
        case .connection(let after, _): .connection(after: after, size)
        case .nested(let positions, _): .nested(positions, size)
        case .parents(let parents, _): .parents(parents, size)
        }
    }

    var size: PageSize {
        switch self {
        case .connection(_, let size), .nested(_, let size), .parents(_, let size): size
        }
    }
}

extension GraphQLCursor.Nested {
    fileprivate init?(_ json: JSON) {
        guard let name = json["in"]?.string, let variables = json["variables"]?.object, let parent = json["parent"]
        else {
            return nil
        }
        self.init(name: name, variables: variables, after: json["after"], parent: parent)
    }

    fileprivate var json: JSON {
        var json: JSON = ["in": .string(name), "variables": .object(variables), "parent": parent]
        json["after"] = after
        return json
    }
}

extension GraphQLCursor.Parent {
    fileprivate init?(_ json: JSON) {
        guard let item = json["item"], let whole = json["whole"]?.object, let variables = json["variables"]?.object
        else {
            return nil
        }
        self.init(
            item: item,
            variables: variables.compactMapValues(\.object),
            whole: whole,
            surroundings: json["surroundings"]
        )
        guard let stored = json["begun"] else { return }
        guard let begun = GraphQLCursor.Begun(stored) else { return nil }
        self.begun = begun
    }

    fileprivate var json: JSON {
        var json: JSON = [
            "item": item, "whole": .object(whole), "variables": .object(variables.mapValues(JSON.object)),
        ]
        json["surroundings"] = surroundings
        json["begun"] = begun?.json
        return json
    }
}

extension GraphQLCursor.Begun {
    fileprivate init?(_ json: JSON) {
        guard let items = json["items"]?.array, let after = json["after"],
            let pages = json["pages"]?.integer.flatMap(Int.init(exactly:))
        else {
            return nil
        }
        self.init(items: items, after: after, pages: pages)
    }

    fileprivate var json: JSON {
        var json: JSON = ["items": .array(items), "pages": .integer(Int64(pages))]
        json["after"] = after
        return json
    }
}
