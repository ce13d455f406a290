internal import Catalog
internal import Ingestion
internal import Logging

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
    ///
    /// Where a call fails, the next cursor keeps what was read before it, and goes on with that call: a record of many pages
    /// comes to its end, however often its server fails on the way.
    func complete(_ parents: [GraphQLCursor.Parent], _ size: PageSize, _ client: Client) async throws -> Page {
        var (parents, size) = (parents, size)
        var last: HTTPAnswer?
        while let name = parents[0].variables.keys.min() {
            do {
                last = try await collect(name, of: &parents[0], size, client)
                size = size.next
            } catch let error where last != nil && !Task.isCancelled {
                let next = GraphQLCursor.parents(parents, size).stored
                guard next.bytes.count <= PreparedPage.longestCursor else { throw error }
                logger.info("a record's nested connection goes on where a call failed", metadata: ["error": "\(error)"])
                return Page(entities: [], next: [next])
            }
        }
        guard let last else { return Page(entities: []) }
        let parent = parents.removeFirst()
        var record = plan.connection.hasEdges ? parent.item["node"] ?? .null : parent.item
        for (name, whole) in parent.whole {
            guard let nested = plan.collected[name] else { continue }
            record = record.setting(nested.path[...], to: whole)
        }
        var item = record
        if plan.connection.hasEdges {
            item = parent.item
            item["node"] = record
        }
        let entities = try await entities(of: [item], parent.surroundings, last, client)
        return Page(entities: entities, next: parents.isEmpty ? [] : [GraphQLCursor.parents(parents, size).stored])
    }

    /// Reads one more page of a record's nested connection; all of them are one once there are no more.
    private func collect(
        _ name: String,
        of parent: inout GraphQLCursor.Parent,
        _ size: PageSize,
        _ client: Client
    ) async throws -> HTTPAnswer? {
        var begun = parent.begun ?? .init()
        guard let nested = plan.collected[name], let variables = parent.variables[name] else { return nil }
        let body = nested.connection.body(variables, after: begun.after, size: size.current)
        let answered = try await exchange.ask(body, hadCursor: begun.after != nil, using: client)
        var found = try answered.nodes.connection(at: nested.connection.path, after: begun.after)
        for index in found.items.indices
        where try answered.nodes.node(index, of: found, at: nested.connection.path) != nil {
            begun.items.append(found.items[index])
        }
        begun.pages += 1
        guard let next = found.next else {
            found.items = begun.items
            (parent.variables[name], parent.whole[name], parent.begun) = (nil, found.whole, nil)
            return answered.answer
        }
        guard begun.pages < nested.maxPages else {
            throw SourceError(
                .limitExceeded,
                "`nested.\(name)`: more than \(nested.maxPages) pages for one record (maxPages); raise it, or give it an `entity`"
            )
        }
        begun.after = next
        parent.begun = begun
        return answered.answer
    }
}
