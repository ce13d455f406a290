internal import Catalog
internal import EntitySources

/// Where in a record its chain is.
typealias ChainPath<Record> = any WritableKeyPath<Record, HTTPSource.Chain> & Sendable

extension Field {
    /// The parts of a request, but for its URL.
    static func httpRequest(_ chain: ChainPath<Record>) -> [Field] {
        [
            Field("method", .nonEmptyString, default: "GET", "The request method.") {
                $0[keyPath: chain].method = $1
            },
            Field(
                "headers",
                .map(of: .credential),
                "Headers; templates. They count as credentials: never shown, and sent to no other host. Those without an expression are sent with the requests of `each` and `details` as well."
            ) {
                $0[keyPath: chain].headers = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            },
            Field(
                "query",
                .map(of: .queryValue),
                "Query parameters, added to those of the URL: texts (templates), numbers, or lists, which repeat them."
            ) {
                $0[keyPath: chain].query = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            },
            Field("body", .httpBody, "The body of every request.") { $0[keyPath: chain].body = $1 },
        ]
    }

    /// How one page leads to the next, and where its records are.
    static func httpPages(_ chain: ChainPath<Record>) -> [Field] {
        [
            Field("pagination", .httpPagination, default: "none", "How one page leads to the next.") {
                $0[keyPath: chain].pagination = $1
            },
            Field("pageSize", .httpPageSize, "How many records a page is asked to have.") {
                $0[keyPath: chain].pageSize = $1
            },
            Field(
                "until",
                .httpUntil,
                "Ends a chain before its source does, as in a source that is sorted by date. What the source would have listed after it is removed from the catalog: it says what the catalog is to hold, and is no way to read only what changed."
            ) { $0[keyPath: chain].until = $1 },
            Field("records", .nonEmptyString, "jq: picks the records out of a page, such as `.items[]`.") {
                $0[keyPath: chain].records = $1
            },
            Field(
                "absent",
                .list(of: .integer(204...499)),
                default: [],
                "Statuses that mean that there are no records here, or no more: 404 for what was deleted since its parent was read, 409, 204. What was listed there before is then removed, so name one only if it never means that this client may not read."
            ) { $0[keyPath: chain].absent = $1 },
        ]
    }

    /// What becomes of a record.
    static func httpRecords(_ chain: ChainPath<Record>) -> [Field] {
        [
            Field(
                "entity",
                .nonEmptyString,
                "jq: makes an entity of one record; no output skips it, several make several entities. Without it, records are entities, or make none where there is `each`."
            ) { $0[keyPath: chain].entity = $1 },
            Field(
                "details",
                .map(of: .httpDetail),
                "Calls for each record, whose answers are put into it under their names before `entity` and `each` see it. All of a page's must be there within `pageTimeout`; one that fails fails the page."
            ) {
                $0[keyPath: chain].details = $1.map { name, detail in
                    var detail = detail
                    detail.name = name
                    return detail
                }
            },
            Field(
                "each",
                .map(of: .httpEachReference),
                "Chains that each record leads to, such as the repositories of an organisation, by name. Any worker reads them, side by side."
            ) {
                $0[keyPath: chain].each = $1.map { name, each in
                    var each = each
                    each.name = name
                    return each
                }
            },
        ]
    }
}

extension Schema where Value == HTTPSource.Each {
    /// One of `source.http.each`.
    static var httpEach: Schema {
        .record(
            { HTTPSource.Each("", parent: "", chain: HTTPSource.Chain(url: "")) },
            [
                Field(
                    "parent",
                    .nonEmptyString,
                    required: true,
                    \.parent,
                    "jq over the record: what `$parent` is in the chain's templates and expressions. Each result makes a chain. It is stored with the chain, so choose what is needed: `{login}`."
                ),
                Field(
                    "url",
                    Schema<String>.nonEmptyString.sentURL,
                    required: true,
                    \.chain.url,
                    "The URL of the chain's first request; a template. It may be relative, or one that the record gave."
                ),
            ] + Field.httpRequest(\.chain) + Field.httpPages(\.chain) + Field.httpRecords(\.chain)
        )
    }

    /// The same, where it would hold itself.
    fileprivate static var httpEachReference: Schema {
        Schema(json: ["$ref": "#/definitions/each"]) { node, path, decoding in
            httpEach.decode(node, path, &decoding)
        }
    }
}

extension Schema where Value == HTTPSource.Detail {
    /// One of `source.http.details`.
    fileprivate static var httpDetail: Schema {
        .record(
            { HTTPSource.Detail("", url: "") },
            [
                Field(
                    "url",
                    Schema<String>.nonEmptyString.sentURL,
                    required: true,
                    \.chain.url,
                    "What is asked for; a template that sees the record. It may be relative, or one that the record holds: `\\(.url)/owners`."
                ),
                Field(
                    "when",
                    .nonEmptyString,
                    \.when,
                    "jq over the record: false or null asks nothing, and leaves the record as it is."
                ),
                Field(
                    "value",
                    .nonEmptyString,
                    \.value,
                    "jq over the answer: the one value that is put into the record, `.` without it. Not with `pagination` or `records`, whose records make an array."
                ),
                Field(
                    "concurrency",
                    .integer(1...64),
                    default: 4,
                    \.concurrency,
                    "How many calls are under way at a time, for one page."
                ),
            ] + Field.httpRequest(\.chain) + Field.httpPages(\.chain)
        )
    }
}

extension Schema where Value == HTTPSource.Start {
    /// One of `source.http.start`.
    static var httpStart: Schema {
        let record = Schema.record(
            { HTTPSource.Start() },
            [
                Field(
                    "url",
                    Schema<String>.nonEmptyString.sentURL,
                    \.url,
                    "In place of the configured URL; absolute, or relative to it."
                ),
                Field(
                    "query",
                    .map(of: Schema<JSON>.any.sent),
                    "Merged into the configured query; null removes a parameter."
                ) { $0.query = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) },
                Field("body", Schema<JSON>.any.sent, "In place of the configured JSON body.") { $0.body = $1 },
                Field("parent", Schema<JSON>.any.sent, "What `$parent` is in the chain's templates and expressions.") {
                    $0.parent = $1
                },
            ]
        )
        let url = Schema<String>.nonEmptyString.sentURL
        return Schema(json: ["anyOf": [record.json, url.json]]) { node, path, decoding in
            guard node.scalar != nil else { return record.decode(node, path, &decoding) }
            return url.decode(node, path, &decoding).map { HTTPSource.Start(url: $0) }
        }
    }
}

extension Schema where Value == HTTPSource.Body {
    fileprivate static var httpBody: Schema {
        .choice([
            Choice("json", Schema<JSON>.any.sent, "Sent as application/json; each text in it is a template.") {
                .json($0)
            },
            Choice("text", Schema<String>.string.sent, "Sent as it stands; a template.") { .text($0) },
        ])
    }
}
