internal import Catalog
internal import Ingestion

/// A page of the connection, its nested connections taken apart.
struct ConnectionPage: Sendable {
    /// What is mapped now: nodes, or edges, with all that is collected into them.
    var items: [JSON] = []
    /// Nodes of nested connections with their `$parent`, as pairs, by the nested connection's name.
    var children: [String: [JSON]] = [:]
    /// Nested connections that go on.
    var nested: [GraphQLCursor.Nested] = []
    /// Records that are not complete.
    var parents: [GraphQLCursor.Parent] = []

    /// - Parameters:
    ///   - surroundings: the answer around the items, where `records` looks at it.
    init(
        _ connection: RelayConnection,
        of answer: GraphQLNodes,
        _ plan: GraphQLPlan,
        surroundings: JSON?,
        _ evaluate: (JQExpression, JSON) throws -> JSON
    ) throws {
        for (index, item) in connection.items.enumerated() {
            guard let node = try answer.node(index, of: connection, at: plan.connection.path) else { continue }
            try add(item, node, index, connection, of: answer, plan, surroundings, evaluate)
        }
    }

    private mutating func add(
        _ item: JSON,
        _ node: JSON,
        _ index: Int,
        _ connection: RelayConnection,
        of answer: GraphQLNodes,
        _ plan: GraphQLPlan,
        _ surroundings: JSON?,
        _ evaluate: (JQExpression, JSON) throws -> JSON
    ) throws {
        let place = plan.connection.path.map(JSON.string) + connection.place(of: index)
        // A part of a list looks like the list: what goes on elsewhere is not shown.
        var record = plan.mapped.values.reduce(node) { $0.setting($1.path[...], to: nil) }
        let bare = plan.collected.values.reduce(record) { $0.setting($1.path[...], to: nil) }
        for (name, nested) in plan.mapped.sorted(by: { $0.key < $1.key }) {
            guard let found = try answer.nested(nested.path, in: node, at: place) else { continue }
            let parent = try nested.parent.map { try evaluate($0, bare) } ?? bare
            let below = place + nested.path.map(JSON.string)
            for child in found.items.indices {
                guard let child = try answer.node(child, of: found, below: below) else { continue }
                children[name, default: []].append([child, parent])
            }
            guard let after = found.next else { continue }
            let variables = try nested.connection.variables { try evaluate($0, bare) }
            self.nested.append(.init(name: name, variables: variables, after: after, parent: parent))
        }
        var parent = GraphQLCursor.Parent(item: connection.item(item, with: bare), variables: [:], whole: [:])
        for (name, nested) in plan.collected {
            let found = try answer.nested(nested.path, in: node, at: place)
            if let found, found.next != nil {
                parent.variables[name] = try nested.connection.variables { try evaluate($0, bare) }
            } else {
                parent.whole[name] = found?.whole ?? .null
                if let found { record = record.setting(nested.path[...], to: found.whole) }
            }
        }
        if parent.variables.isEmpty {
            items.append(connection.item(item, with: record))
        } else {
            parent.surroundings = surroundings
            parents.append(parent)
        }
    }
}
