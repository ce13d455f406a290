extension Provider {
    /// Throws if a chain that has had so many pages may have no other.
    func checkChain(of pages: Int) throws(SourceError) {
        guard pages >= maxPages else { return }
        throw SourceError(
            .limitExceeded,
            "the chain has \(pages) pages and its source names another; maxPages allows \(maxPages)"
        )
    }

    /// Why the read of a page was cut short.
    var pageTimeoutError: SourceError {
        SourceError(.timeout, "no whole page within the time limit of \(pageTimeout) (pageTimeout)")
    }
}
