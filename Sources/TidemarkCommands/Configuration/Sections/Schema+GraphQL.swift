internal import Catalog
internal import EntitySources

extension Schema where Value == GraphQLSource.Configuration {
    /// `source.graphql`.
    static var graphQL: Schema {
        let empty = GraphQLSource.Configuration(url: "", connection: .init(query: "", path: ""))
        return .record({ empty }, request + answers + Field.httpLimits)
    }

    private static var request: [Field<Value>] {
        [
            Field("url", .sourceURL, required: true, \.url, "The http or https URL of the endpoint."),
            Field(
                "headers",
                .map(of: .credential),
                "Headers; templates. They count as credentials: never shown, and sent to no other host."
            ) { $0.headers = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }) },
        ] + Field.httpAccess(placesOfOtherHosts: "redirects")
            + GraphQLConnectionFields.fields(\.connection, inputOfVariables: "`{cursor}`")
    }

    private static var answers: [Field<Value>] {
        [
            Field(
                "records",
                .nonEmptyString,
                \.records,
                "jq: picks the records out of the answer, such as `.data.organization.teams.edges[]`; the connection's nodes unless given."
            ),
            Field(
                "entity",
                .nonEmptyString,
                \.entity,
                "jq: makes an entity of one record; no output skips it, several make several entities."
            ),
            Field(
                "nested",
                .map(of: .graphQLNested),
                "Connections inside each node, by the path of fields from the node; the node holds their first pages."
            ) { $0.nested = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }) },
            Field(
                "acceptErrors",
                .list(of: .acceptedError),
                default: [],
                \.acceptedErrors,
                "Errors beside data that do not fail the page. What is null for them is not listed, and so it is removed."
            ),
        ]
    }
}

/// The keys of a connection, which stand beside others.
private enum GraphQLConnectionFields {
    static func fields<Record>(
        _ connection: any WritableKeyPath<Record, GraphQLSource.Connection> & Sendable,
        inputOfVariables: String
    ) -> [Field<Record>] {
        [
            Field("query", .nonEmptyString, required: true, "One GraphQL query, with the fragments that it spreads.") {
                $0[keyPath: connection].query = $1
            },
            Field(
                "variables",
                .map(of: .queryValue),
                "The query's variables but those for cursor and page size; texts are templates over \(inputOfVariables)."
            ) {
                $0[keyPath: connection].variables = Dictionary(
                    $1.map { ($0.name, $0.value) },
                    uniquingKeysWith: { _, last in last }
                )
            },
            Field(
                "connection",
                .nonEmptyString,
                required: true,
                "The fields that lead to the connection, from `data`: `organization.repositories`."
            ) { $0[keyPath: connection].path = $1 },
            Field(
                "pageSize",
                .integer(1...100_000),
                default: 100,
                "How many nodes to ask for; fewer for a while where the server finds that too much."
            ) { $0[keyPath: connection].pageSize = $1 },
            Field(
                "pageSizeVariable",
                Schema<String>.nonEmptyString.nullable,
                default: "first",
                "The variable that carries the page size; null where the query has a constant."
            ) { $0[keyPath: connection].pageSizeVariable = $1 },
            Field("cursorVariable", .nonEmptyString, default: "after", "The variable that carries the cursor.") {
                $0[keyPath: connection].cursorVariable = $1
            },
        ]
    }
}

/// A nested connection as the file has it.
private struct NestedSection: Sendable {
    var connection = GraphQLSource.Connection(query: "", path: "")
    var entity: String?
    var parent: String?
    var maxPages: Int?

    var use: GraphQLSource.Nested.Use {
        if let entity { .map(entity: entity, parent: parent) } else { .collect(maxPages: maxPages ?? 100) }
    }
}

extension Schema where Value == GraphQLSource.Nested {
    fileprivate static var graphQLNested: Schema {
        Schema<NestedSection>.record(
            { NestedSection() },
            GraphQLConnectionFields.fields(\.connection, inputOfVariables: "the parent's record: `\\(.id)`") + [
                Field(
                    "entity",
                    .nonEmptyString,
                    \.entity,
                    "jq: makes an entity of each node, with `$parent`; without it the nodes are collected into the parent's record."
                ),
                Field(
                    "parent",
                    .nonEmptyString,
                    \.parent,
                    "jq over the parent's record: what `$parent` is; the record without its nested connections unless given."
                ),
                Field(
                    "maxPages",
                    Schema<Int>.integer(1...100_000).map(Optional.some),
                    \.maxPages,
                    "How many pages are collected for one record at most, 100 unless given; more is an error."
                ),
            ],
            check: { nested in
                if nested.entity == nil, nested.parent != nil {
                    return Finding(message: "`parent` is for an `entity`", mend: "give both, or drop `parent`")
                }
                guard nested.entity != nil, nested.maxPages != nil else { return nil }
                return Finding(message: "`maxPages` is for nodes that are collected", mend: "drop it, or `entity`")
            }
        ).map { GraphQLSource.Nested(connection: $0.connection, use: $0.use) }
    }
}

extension Schema where Value == GraphQLSource.AcceptedError {
    fileprivate static var acceptedError: Schema {
        .record(
            { GraphQLSource.AcceptedError() },
            [
                Field("type", .nonEmptyString, \.type, "The error's type or code, such as FORBIDDEN."),
                Field(
                    "path",
                    .nonEmptyString,
                    \.path,
                    "The fields below which it is, without the numbers of list items: `organization.teams.nodes`."
                ),
            ],
            check: { error in
                error.type == nil && error.path == nil
                    ? Finding(message: "accepts every error", mend: "give a `type`, a `path`, or both") : nil
            }
        )
    }
}
