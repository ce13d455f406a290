internal import Catalog
internal import EntitySources

extension Schema where Value == HTTPSource.Configuration {
    /// `source.http`.
    static var http: Schema {
        .record(
            { HTTPSource.Configuration(url: "") },
            request + Field.httpRequest(\.chain) + Field.httpPages(\.chain) + Field.httpRecords(\.chain) + answers
                + Field.httpLimits
        )
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
            Field(
                "start",
                .list(of: .httpStart, atLeast: 1),
                "The requests that a cycle starts with, each a chain of its own: URLs, or what they have otherwise than the configured one. They are stored in cursors, so no secrets."
            ) { $0.start = $1 },
        ] + Field.httpAccess(placesOfOtherHosts: "redirects and next pages")
    }

    private static var answers: [Field<Value>] {
        [
            Field("expired", .httpExpired, \.expired, "Which answers mean that the cursor has expired."),
            Field(
                "conditional",
                .boolean,
                default: false,
                \.conditional,
                "Whether a page is asked for on the condition that it has changed, where the source gave an ETag or a Last-Modified with it (If-None-Match, If-Modified-Since): a 304 marks what the page marked before. Only GET requests without `details`. For a source whose validators change with everything that its pages list."
            ),
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
