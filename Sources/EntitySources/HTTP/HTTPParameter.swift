extension HTTPSource {
    /// Where a value of ours goes in a request.
    public struct Parameter: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The part of the request.
        public enum Part: String, Sendable, Hashable, CaseIterable {
            case query, header, body
        }

        /// The name of a query parameter or a header; of the body the path of a member, as jq writes it, with or without the
        /// first dot: `variables.after`, `."page.size"`.
        public var name: String
        /// The part of the request.
        public var part: Part

        /// A parameter; of the query, unless said otherwise.
        public init(_ name: String, in part: Part = .query) {
            (self.name, self.part) = (name, part)
        }

        /// A query parameter.
        public init(stringLiteral name: String) {
            self.init(name)
        }
    }

    /// How many records a page is asked to have.
    public struct PageSize: Sendable, Hashable {
        /// Where the number goes. It is sent with every request but those whose URL the source gave.
        public var parameter: Parameter
        /// How many; a source that caps it gives fewer, and that is no end of anything.
        public var size: Int

        /// Asks for pages of `size` records.
        public init(_ parameter: Parameter, size: Int) {
            (self.parameter, self.size) = (parameter, size)
        }
    }

    /// A condition on which a chain ends before its source does.
    ///
    /// What the source would have listed after it is not met by the cycle, so it is removed from the catalog. It says what the catalog
    /// is to hold, such as what changed within a year, in a source that is sorted by that; it is no way to read only what
    /// changed since the last cycle.
    public enum Until: Sendable, Hashable {
        /// jq over the page's last record in the source, before any `select` of ours: true or false. It is not asked on a page
        /// that has no records.
        case lastRecord(String)
        /// jq over the page: true or false.
        case page(String)
    }
}
