internal import Catalog
internal import EntitySources

extension Field where Record: RequestConfiguration {
    /// How requests reach the source.
    ///
    /// - Parameter places: what may lead to other hosts.
    static func httpAccess(placesOfOtherHosts places: String) -> [Field] {
        [
            Field("auth", .httpAuthentication, \.authentication, "The credentials."),
            Field(
                "allowedHosts",
                .list(of: .nonEmptyString),
                default: [],
                \.allowedHosts,
                "Other hosts that \(places) may go to, with the credentials: `host` or `host:port`."
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

    /// The limits of a request, and of what becomes of its answer.
    static var httpLimits: [Field] {
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
