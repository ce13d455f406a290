internal import Catalog
internal import Ingestion

extension GraphQLSource {
    /// The next page of the first of several nested connections.
    func nested(_ positions: [GraphQLCursor.Nested], _ size: PageSize, _ client: Client) async throws -> Page {
        var position = positions[0]
        guard let nested = plan.mapped[position.name] else { return Page(entities: []) }
        let body = nested.connection.body(position.variables, after: position.after, size: size.current)
        let answered = try await exchange.ask(body, hadCursor: position.after != nil, using: client)
        let found = try answered.nodes.connection(at: nested.connection.path, after: position.after)
        let pairs = try found.items.indices.compactMap { index -> JSON? in
            try answered.nodes.node(index, of: found, at: nested.connection.path).map { [$0, position.parent] }
        }
        let entities = try await client.entities(of: pairs, position.name, answered.answer)
        var rest = Array(positions.dropFirst())
        var next = GraphQLCursor.nested(
            rest,
            PageSize(rest.first.flatMap { plan.mapped[$0.name]?.connection.pageSize } ?? 1)
        )
        if let after = found.next {
            position.after = after
            rest.insert(position, at: 0)
            next = .nested(rest, size.next)
        }
        return Page(entities: entities, next: rest.isEmpty ? [] : [next.stored])
    }

    /// Completes the first of several records, and maps it.
    func complete(_ parents: [GraphQLCursor.Parent], _ size: PageSize, _ client: Client) async throws -> Page {
        let parent = parents[0]
        var record = plan.connection.hasEdges ? parent.item["node"] ?? .null : parent.item
        for (name, whole) in parent.whole {
            guard let nested = plan.collected[name] else { continue }
            record = record.setting(nested.path[...], to: whole)
        }
        var last: HTTPAnswer?
        for (name, variables) in parent.variables.sorted(by: { $0.key < $1.key }) {
            guard let nested = plan.collected[name] else { continue }
            let (whole, answer) = try await collect(nested, name, variables, size, client)
            record = record.setting(nested.path[...], to: whole)
            last = answer
        }
        guard let last else { return Page(entities: []) }
        var item = record
        if plan.connection.hasEdges {
            item = parent.item
            item["node"] = record
        }
        let entities = try await entities(of: [item], parent.surroundings, last, client)
        let rest = Array(parents.dropFirst())
        return Page(entities: entities, next: rest.isEmpty ? [] : [GraphQLCursor.parents(rest, size.next).stored])
    }

    /// All pages of a nested connection, as one.
    private func collect(
        _ nested: GraphQLPlan.Collected,
        _ name: String,
        _ variables: [String: JSON],
        _ size: PageSize,
        _ client: Client
    ) async throws -> (whole: JSON, last: HTTPAnswer) {
        var items: [JSON] = []
        var after: JSON?
        for _ in 0..<nested.maxPages {
            let body = nested.connection.body(variables, after: after, size: size.current)
            let answered = try await exchange.ask(body, hadCursor: after != nil, using: client)
            var found = try answered.nodes.connection(at: nested.connection.path, after: after)
            for index in found.items.indices
            where try answered.nodes.node(index, of: found, at: nested.connection.path) != nil {
                items.append(found.items[index])
            }
            guard let next = found.next else {
                found.items = items
                return (found.whole, answered.answer)
            }
            after = next
        }
        throw SourceError(
            .limitExceeded,
            "`nested.\(name)`: more than \(nested.maxPages) pages for one record (maxPages); raise it, or give it an `entity`"
        )
    }
}
