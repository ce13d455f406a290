extension HTTPSource {
    /// How one page leads to the next. A page without records is not the end: only what is named here is.
    public enum Pagination: Sendable, Hashable {
        /// One page is all.
        case none
        /// The body holds the next cursor.
        ///
        /// - Parameters:
        ///   - next: jq over the page; null, `""`, false or no output is the end.
        ///   - parameter: the query parameter that carries it; none where a template does (`\(.cursor)` in the URL, in
        ///     `query`, in a header or in the body).
        case cursor(next: String, parameter: String?)
        /// The body holds the URL of the next page: jq over the page; null, `""`, false or no output is the end.
        case nextURL(String)
        /// The `Link` header has it (RFC 8288).
        case linkHeader(relation: String = "next")
        /// Pages are numbered.
        ///
        /// - Parameters:
        ///   - parameter: the query parameter that carries the number; none where a template does (`\(.page)`).
        ///   - first: the number of the first page.
        ///   - end: when there are no more.
        case page(parameter: String? = "page", first: Int = 1, end: End = .emptyPage)
        /// Pages begin at a record.
        ///
        /// - Parameters:
        ///   - parameter: the query parameter that carries the offset; none where a template does (`\(.offset)`).
        ///   - end: when there are no more.
        case offset(parameter: String? = "offset", end: End = .emptyPage)
        /// jq over the page: a stream, or one array, of the requests that follow. None ends the chain, several fork it.
        ///
        /// Each is a URL, or an object of what differs from the configuration: `url`, `query` (merged into the configured
        /// one; null removes a parameter), `body`. It is the cursor, so it must be small.
        case requests(String)
    }

    /// When numbered pages, or offsets, end.
    public enum End: Sendable, Hashable {
        /// At a page on which the source has no records, before any `select` of ours: what counts is the array at the
        /// path with which `records` begins.
        case emptyPage
        /// jq over the page, true while there is more.
        case hasMore(String)
        /// jq over the page: how many records there are in all. For offsets only.
        case total(String)
        /// jq over the page: the number of the last page. For numbered pages only.
        case lastPage(String)
    }
}
