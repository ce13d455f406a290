public import Catalog

extension HTTPSource {
    /// What an `http` source reads and how.
    ///
    /// ## Templates
    ///
    /// A string of `url`, `headers`, `query` and `body` is a jq string: `\(…)` in it is a jq expression, everything else
    /// is taken as it stands (no other escape is known). Its input is `{"cursor": …}`, `{"page": 3}` or
    /// `{"offset": 500}`, as the pagination has it; a cycle's first request has `{"cursor": null}` with cursors. A value that
    /// is nothing but one `\(…)` becomes the JSON value of the expression rather than its text; a query parameter or a
    /// header whose value is null is left out.
    public struct Configuration: Sendable {
        /// The `http` or `https` URL of the first request; a template.
        public var url: String
        /// The request method.
        public var method = "GET"
        /// Headers; templates. Whatever they hold counts as a credential, but for `Accept…`, `Content-Type` and
        /// `User-Agent`: it is neither shown nor sent to another host.
        public var headers: [String: String] = [:]
        /// Query parameters, added to those of `url`: text (a template), number, true or false, or an array of those,
        /// which repeats the parameter. They are not added to a URL that came from the source.
        public var query: [String: JSON] = [:]
        /// The body of every request; none for most GET requests.
        public var body: Body?
        /// The credentials.
        public var authentication: Authentication?
        /// Other hosts that redirects and next pages may go to, with the credentials: `host`, or `host:port`; without a port,
        /// the scheme's default. A host that is not named here is refused.
        public var allowedHosts: [String] = []
        /// Whether connections may go to addresses of this machine, of private networks, or for other special purposes. Many
        /// sources are internal, so they may; where URLs come from people who must not reach what is internal, say false.
        public var allowPrivateAddresses = true
        /// How one page leads to the next.
        public var pagination = Pagination.none
        /// jq: picks the records out of a page, as a stream (`.items[]`) or as one array (`.items`). None: the page is the
        /// array of records, unless `entity` is none as well.
        ///
        /// A result of null, or an empty stream where there is nothing to iterate over, is an error: an error document must not look
        /// like an empty page.
        public var records: String?
        /// jq: makes an entity of one record; no output skips the record, several make several entities. None: the
        /// records are entities. With `records` and `pagination` none too, a page is what an `exec` source writes,
        /// `{"entities": […], "next": […]}`, and the request is `{"cursor": …}`, sent by POST.
        public var entity: String?
        /// Which answers mean that the cursor is no longer accepted.
        public var expired = Expired()
        /// The time limit for one request, headers to last byte.
        public var requestTimeout: Duration = .seconds(30)
        /// The size limit for one response, after decompression, in bytes.
        public var maxResponseBytes = 32 << 20
        /// The limits for the jq expressions of one page.
        public var mappingLimits = MappingLimits()
        /// The `User-Agent`.
        public var userAgent = "tidemark/0.1.0"

        /// A source that reads one URL, with everything else as it is by default.
        public init(url: String) {
            self.url = url
        }
    }

    /// The body of a request.
    public enum Body: Sendable, Hashable {
        /// Sent as `application/json`; each string in it is a template.
        case json(JSON)
        /// Sent as it stands, with the content type that `headers` has; a template.
        case text(String)
    }

    /// Credentials, and where they go.
    public enum Authentication: Sendable, Hashable {
        /// `Authorization: Bearer TOKEN`.
        case bearer(String)
        /// `Authorization: Basic …` (RFC 7617).
        case basic(user: String, password: String)
        /// An API key in a header.
        case header(name: String, value: String)
        /// An API key in a query parameter.
        case query(name: String, value: String)
    }

    /// Which answers mean that the cursor has expired, so that the cycle starts over.
    public struct Expired: Sendable, Hashable {
        /// Status codes.
        public var statuses: [Int] = [410]
        /// jq over the JSON body of any answer, whatever its status: true means expired. It is only asked when the request
        /// had a cursor.
        public var when: String?

        /// HTTP 410 only.
        public init() {}
    }
}
