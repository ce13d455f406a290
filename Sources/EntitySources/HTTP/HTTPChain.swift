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
    /// header whose value is null is left out. Where there is a parent, `$parent` is what was chosen of it. What may hold a slash
    /// or a question mark needs `@uri` in a URL: `/orgs/\($parent.login | @uri)/repos`.
    public struct Chain: Sendable {
        /// The `http` or `https` URL of the first request; a template. Of a source's first chain it must name the host; others may
        /// be relative to that.
        public var url: String
        /// The request method.
        public var method = "GET"
        /// Headers; templates. Whatever they hold counts as a credential, but for `Accept…`, `Content-Type` and
        /// `User-Agent`: it is neither shown nor sent to another host. Those without an expression are sent with the requests of
        /// ``each`` and ``details`` as well.
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
        /// records are entities, or make none where there is ``each``. With `records` and `pagination` none too, a page is what an `exec` source writes,
        /// `{"entities": […], "next": […]}`, and the request is `{"cursor": …}`, sent by POST.
        public var entity: String?
        /// Statuses that mean that there are no records here, or no more: 404 for what was deleted since its parent was read, 409
        /// for GitHub's empty repositories, 204. Only what is named is taken so.
        ///
        /// What the chain listed in an earlier cycle and not in this one is then removed, as if the source had listed nothing. A source that
        /// answers 404 to a client that may no longer read what is there would have it removed too.
        public var absent: [Int] = []
        /// Calls for each record, whose answers are put into it before `entity` and ``each`` see it; one kind after the other,
        /// so that one can use what another has put there.
        public var details: [Detail] = []
        /// The chains that each record leads to, such as the repositories of an organisation.
        public var each: [Each] = []

        /// A chain that begins at a URL, with everything else as it is by default.
        public init(url: String) {
            self.url = url
        }
    }
}

extension HTTPSource.Chain {
    /// The chain itself, and every other that its records lead to.
    var all: [HTTPSource.Chain] {
        [self] + details.map(\.chain) + each.flatMap(\.chain.all)
    }

    /// False for a source that speaks the protocol of `exec` over HTTP.
    var isMapped: Bool {
        records != nil || entity != nil || pagination != .none || !each.isEmpty || !details.isEmpty
    }
}
