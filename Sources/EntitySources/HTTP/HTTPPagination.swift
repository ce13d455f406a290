public import Catalog

extension HTTPSource {
    /// How one page leads to the next. A page without records is not the end: only what is named here is.
    ///
    /// A `parameter` is what carries the cursor, number, offset or key; nil where a template does.
    public enum Pagination: Sendable, Hashable {
        /// One page is all.
        case none
        /// The body holds the next cursor.
        ///
        /// - Parameters:
        ///   - next: jq over the page; null, `""`, false or no output is the end.
        ///   - parameter: what carries it, or a template does (`\(.cursor)` in the URL, in `query`, in a header or in the body).
        ///   - first: the cursor of the first request; it has none otherwise.
        case cursor(next: String, parameter: Parameter?, first: JSON? = nil)
        /// The body holds the URL of the next page: jq over the page; null, `""`, false or no output is the end.
        case nextURL(String)
        /// The `Link` header has it (RFC 8288).
        case linkHeader(relation: String = "next")
        /// Pages are numbered.
        ///
        /// - Parameters:
        ///   - parameter: what carries the number, or a template does (`\(.page)`).
        ///   - first: the number of the first page.
        ///   - end: when there are no more.
        case page(parameter: Parameter? = "page", first: Int = 1, end: End = .emptyPage)
        /// Pages begin at a record: the offset goes on by as many records as the source has on a page.
        ///
        /// - Parameters:
        ///   - parameter: what carries the offset, or a template does (`\(.offset)`).
        ///   - first: the offset of the first record: 0, or 1 where a source counts from there.
        ///   - end: when there are no more.
        case offset(parameter: Parameter? = "offset", first: Int = 0, end: End = .emptyPage)
        /// The key of a page's last record in the source, before any `select` of ours, is where the next page begins.
        ///
        /// The source must list its records in the order of that key. A key that is the same as the one before is an error: the
        /// source does not go on.
        ///
        /// - Parameters:
        ///   - last: jq over that record: its key, a string or a whole number that jq does not round.
        ///   - parameter: what carries the key, or a template does (`\(.key)`).
        ///   - first: the key of the first request; it has none otherwise.
        ///   - end: when there are no more.
        case keyset(last: String, parameter: Parameter?, first: JSON? = nil, end: End = .emptyPage)
        /// jq over the page: a stream, or one array, of the requests that follow. None ends the chain, several fork it.
        ///
        /// Each is a URL, or an object of what differs from the configuration: `url`, `query` (merged into the configured
        /// one; null removes a parameter), `body`. It is the cursor, so it must be small. `$request` is the present one.
        case requests(String)
    }

    /// When numbered pages, offsets or keys end.
    public enum End: Sendable, Hashable {
        /// At a page on which the source has no records, before any `select` of ours: what counts is the array at the
        /// path with which `records` begins.
        case emptyPage
        /// At a page on which the source has fewer records than the page size. That saves the request for an empty page, and is for sources
        /// whose every page but the last is full.
        ///
        /// It only counts once a page of the chain had as many records as were asked for: a source that caps the page size
        /// has none such, and ends at its empty page.
        case shortPage
        /// jq over the page, true while there is more.
        case hasMore(String)
        /// jq over the page: how many records there are in all. For offsets only.
        case total(String)
        /// jq over the page: the number of the last page. For numbered pages only.
        case lastPage(String)
    }
}
