public import Catalog

extension HTTPSource {
    /// One of the requests that a cycle starts with: what it has otherwise than the configured one. Constants, no templates.
    ///
    /// It is stored in the cursors of its chain.
    public struct Start: Sendable, Hashable {
        /// In place of the configured URL; absolute, or relative to it.
        public var url: String?
        /// Merged into the configured query; null removes a parameter.
        public var query: [String: JSON] = [:]
        /// In place of the configured JSON body.
        public var body: JSON?
        /// What `$parent` is in the templates and expressions of the chain.
        public var parent: JSON?

        /// The configured request as it is, to be changed.
        public init() {}

        /// The configured request at another URL.
        public init(url: String) {
            self.url = url
        }
    }

    /// Chains that begin at the records of another.
    ///
    /// They are chains of the cycle like any other: read side by side, by any worker, each from its own cursor, and the cycle sweeps only when
    /// the last of them has ended. A page that leads to more than 1,000 forks in steps. The same chain twice in
    /// a page is one; twice in a cycle it is read twice, which changes nothing.
    public struct Each: Sendable {
        /// What it is called in cursors and errors: letters, digits, `-` and `_`.
        public var name: String
        /// jq over the record: what `$parent` is in the chain. Each result makes a chain, no result makes none. It is stored in
        /// every cursor of the chain, so it must be small: what the requests and the entities need, and no more.
        ///
        /// In a chain that itself has a parent, `$parent` is that one here; pass on what is needed of it.
        public var parent: String
        /// What is asked for.
        public var chain: Chain

        /// Chains for each record.
        public init(_ name: String, parent: String, chain: Chain) {
            (self.name, self.parent, self.chain) = (name, parent, chain)
        }
    }
}
