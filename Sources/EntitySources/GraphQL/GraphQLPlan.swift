internal import Catalog

/// A `graphql` source's configuration, checked.
struct GraphQLPlan: Sendable {
    /// A nested connection whose nodes are mapped.
    struct Mapped: Sendable {
        let connection: ConnectionPlan
        let path: [String]
        let pages: PagePlan
        let parent: JQExpression?
    }

    /// A nested connection whose nodes are collected.
    struct Collected: Sendable {
        let connection: ConnectionPlan
        let path: [String]
        let maxPages: Int
    }

    let connection: ConnectionPlan
    let pages: PagePlan
    let mapped: [String: Mapped]
    let collected: [String: Collected]

    init(_ configuration: GraphQLSource.Configuration) throws(SourceConfigurationError) {
        var mapped: [String: Mapped] = [:]
        var collected: [String: Collected] = [:]
        for (name, nested) in configuration.nested {
            let field = "nested.\(name)."
            let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let connection = try ConnectionPlan(nested.connection, field: field)
            switch nested.use {
            case .collect(let maxPages):
                collected[name] = Collected(connection: connection, path: path, maxPages: max(1, maxPages))
            case .map(let entity, let parent):
                mapped[name] = Mapped(
                    connection: connection,
                    path: path,
                    pages: PagePlan(pairedWithParent: JQExpression(entity, field: field + "entity")),
                    parent: parent.map { JQExpression($0, field: field + "parent") }
                )
            }
        }
        (self.mapped, self.collected) = (mapped, collected)
        connection = try ConnectionPlan(
            configuration.connection,
            field: "",
            nested: mapped.values.map { .init(path: $0.path, hasEdges: nil) }
                + collected.values.map { .init(path: $0.path, hasEdges: $0.connection.hasEdges) }
        )
        pages = PagePlan(
            records: configuration.records.map { JQExpression($0, field: "records") },
            entity: configuration.entity.map { JQExpression($0, field: "entity") }
        )
        for accepted in configuration.acceptedErrors where accepted.type == nil && accepted.path == nil {
            throw SourceConfigurationError(field: "acceptErrors", message: "needs a `type` or a `path`, or both")
        }
    }

    /// What is evaluated beside the mapping.
    var expressions: [JQExpression] {
        connection.expressions + mapped.values.flatMap { $0.connection.expressions + [$0.parent].compactMap(\.self) }
            + collected.values.flatMap(\.connection.expressions)
    }

    /// The largest page that is asked for while a record is completed.
    var largestCollectedPage: Int { collected.values.map(\.connection.pageSize).max() ?? 1 }
}

extension PagePlan {
    /// For records that are pairs of a node and what `$parent` is. The expression's lines stay what they are.
    fileprivate init(pairedWithParent entity: JQExpression) {
        self.init(
            records: nil,
            entity: JQExpression(".[1] as $parent | .[0] | " + entity.text, field: entity.field)
        )
    }
}
