internal import Catalog
internal import EntitySources

extension Schema where Value == HTTPSource.Configuration {
    /// `source.http`.
    static var http: Schema {
        .record({ HTTPSource.Configuration(url: "") }, request + answers + limits)
    }

    private static var request: [Field<Value>] {
        [
            Field(
                "url",
                .sourceURL,
                required: true,
                \.chain.url,
                "The http or https URL of the first request; a template."
            ),
            Field("method", .nonEmptyString, default: "GET", \.chain.method, "The request method."),
            Field(
                "headers",
                .map(of: .credential),
                "Headers; templates. They count as credentials: never shown, and sent to no other host."
            ) { $0.chain.headers = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }) },
            Field(
                "query",
                .map(of: .queryValue),
                "Query parameters, added to those of the URL: texts (templates), numbers, or lists, which repeat them."
            ) { $0.chain.query = Dictionary($1.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }) },
            Field("body", .httpBody, \.chain.body, "The body of every request."),
            Field("auth", .httpAuthentication, \.authentication, "The credentials."),
            Field(
                "allowedHosts",
                .list(of: .nonEmptyString),
                default: [],
                \.allowedHosts,
                "Other hosts that redirects and next pages may go to, with the credentials: `host` or `host:port`."
            ),
            Field(
                "allowPrivateAddresses",
                .boolean,
                default: true,
                \.allowPrivateAddresses,
                "Whether connections may go to private, loopback, link-local and other special addresses."
            ),
            Field("userAgent", .nonEmptyString, \.userAgent, "The User-Agent header."),
        ]
    }

    private static var answers: [Field<Value>] {
        [
            Field(
                "pagination",
                .httpPagination,
                default: "none",
                \.chain.pagination,
                "How one page leads to the next."
            ),
            Field("pageSize", .httpPageSize, \.chain.pageSize, "How many records a page is asked to have."),
            Field(
                "until",
                .httpUntil,
                \.chain.until,
                "Ends a chain before its source does, as in a source that is sorted by date. What the source would have listed after it is removed from the catalog: it says what the catalog is to hold, and is no way to read only what changed."
            ),
            Field(
                "records",
                .nonEmptyString,
                \.chain.records,
                "jq: picks the records out of a page, such as `.items[]`."
            ),
            Field(
                "entity",
                .nonEmptyString,
                \.chain.entity,
                "jq: makes an entity of one record; no output skips it, several make several entities."
            ),
            Field("expired", .httpExpired, \.expired, "Which answers mean that the cursor has expired."),
        ]
    }

    private static var limits: [Field<Value>] {
        [
            Field(
                "requestTimeout",
                .duration(atLeast: .milliseconds(1)),
                default: "30s",
                \.requestTimeout,
                "The time limit for one request, headers to last byte."
            ),
            Field(
                "maxResponseBytes",
                .size,
                default: "32MiB",
                \.maxResponseBytes,
                "The size limit for one response, after decompression."
            ),
            Field("mappingLimits", .mappingLimits, \.mappingLimits, "What the jq expressions of one page may use."),
        ]
    }
}

extension Schema where Value == HTTPSource.Expired {
    fileprivate static var httpExpired: Schema {
        .record(
            { HTTPSource.Expired() },
            [
                Field("statuses", .list(of: .integer(400...599)), default: [410], \.statuses, "Status codes."),
                Field("when", .nonEmptyString, \.when, "jq over the JSON body of an answer: true means expired."),
            ]
        )
    }
}

extension Schema where Value == HTTPSource.Body {
    fileprivate static var httpBody: Schema {
        .choice([
            Choice("json", .any, "Sent as application/json; each text in it is a template.") { .json($0) },
            Choice("text", .string, "Sent as it stands; a template.") { .text($0) },
        ])
    }
}

extension Schema where Value == MappingLimits {
    static var mappingLimits: Schema {
        .record(
            { MappingLimits() },
            [
                Field(
                    "time",
                    .duration(atLeast: .milliseconds(1)),
                    default: "10s",
                    \.time,
                    "For all expressions over one page together."
                ),
                Field(
                    "results",
                    .integer(1...100_000_000),
                    default: 100_000,
                    \.results,
                    "How many results all expressions of one page may have."
                ),
                Field("bytes", .size, default: "128MiB", \.bytes, "The length of all entities of one page."),
            ]
        )
    }
}
