public import Catalog

extension HTTPSource {
    /// What is asked for along a chain, and how its pages are read.
    ///
    /// ## Templates
    ///
    /// A string of `url`, `headers`, `query` and `body` is a jq string: `\(…)` in it is a jq expression, everything else
    /// is taken as it stands (no other escape is known). Its input is `{"cursor": …}`, `{"page": 3}`, `{"offset": 500}` or
    /// `{"key": …}`, as the pagination has it; a first request has `{"cursor": null}` with cursors that have no first one. A value
    /// that is nothing but one `\(…)` becomes the JSON value of the expression rather than its text; a query parameter or a
    /// header whose value is null is left out.
    public struct Chain: Sendable {
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
        /// How one page leads to the next.
        public var pagination = Pagination.none
        /// How many records a page is asked to have; none leaves it to the source.
        public var pageSize: PageSize?
        /// A condition on which the chain ends before its source does.
        public var until: Until?
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

        /// A chain that begins at a URL, with everything else as it is by default.
        public init(url: String) {
            self.url = url
        }
    }
}

extension HTTPSource.Chain {
    /// False for a source that speaks the protocol of `exec` over HTTP.
    var isMapped: Bool {
        records != nil || entity != nil || pagination != .none
    }
}
