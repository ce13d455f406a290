public import Catalog

extension GraphQLSource {
    /// What a `graphql` source reads and how.
    ///
    /// The pages of one Relay connection (`pageInfo { hasNextPage endCursor }` with `nodes`, or `edges { node }`) are read one
    /// after the other; its nodes are the records. An answer with errors is no page, whatever data it has beside them: what is null in it
    /// would be removed from the catalog.
    public struct Configuration: Sendable, Hashable {
        /// The `http` or `https` URL of the endpoint; a template as in an `http` source, but without a cursor.
        public var url: String
        /// Headers, as in an `http` source.
        public var headers: [String: String] = [:]
        /// The credentials.
        public var authentication: HTTPSource.Authentication?
        /// Other hosts that redirects may go to, with the credentials.
        public var allowedHosts: [String] = []
        /// Whether connections may go to private, loopback and other special addresses.
        public var allowPrivateAddresses = true
        /// The `User-Agent`.
        public var userAgent = "tidemark/0.1.0"
        /// The query, and the connection in it that is read page by page.
        public var connection: Connection
        /// jq: picks the records out of the whole answer, as a stream or as one array. None: the nodes of the connection.
        public var records: String?
        /// jq: makes an entity of one record; no output skips the record, several make several entities. None: the records
        /// are entities.
        public var entity: String?
        /// Connections inside each node, by the path of fields that leads to them from the node: `members`, or
        /// `repository.labels`.
        public var nested: [String: Nested] = [:]
        /// Errors beside data that are taken for what they are: whatever is null for them is not listed, and so is removed.
        /// None unless named here.
        public var acceptedErrors: [AcceptedError] = []
        /// Whether the server's cursors may count positions in the list, as those of many servers do (`arrayconnection:25`). A cursor
        /// is opaque, so it is taken for granted unless it is said here that they name records, as GitHub's do.
        public var cursorsCountPositions = true
        /// The time limit for one request, headers to last byte.
        public var requestTimeout: Duration = .seconds(30)
        /// The size limit for one response, after decompression, in bytes.
        public var maxResponseBytes = 32 << 20
        /// The limits for the jq expressions of one page.
        public var mappingLimits = MappingLimits()

        /// A source that reads one connection, with everything else as it is by default.
        public init(url: String, connection: Connection) {
            self.url = url
            self.connection = connection
        }
    }

    /// A query, and the connection in its answer that is read page by page.
    public struct Connection: Sendable, Hashable {
        /// One operation, a query, with the fragments that it spreads.
        public var query: String
        /// The values of its variables, but for the cursor and the page size. Each text in them is a template. Those of a nested connection
        /// have the parent's record as their input (`\(.id)`), others `{"cursor": …}`.
        public var variables: [String: JSON] = [:]
        /// The fields that lead to the connection, from `data`: `organization.repositories`.
        public var path: String
        /// How many nodes to ask for. The source asks for half when the server says that the query is too complex or does not answer
        /// in time, down to 1, and for more again little by little.
        public var pageSize = 100
        /// The variable that carries the page size; none where the query has it as a constant, which then stays as it is.
        public var pageSizeVariable: String? = "first"
        /// The variable that carries the cursor.
        public var cursorVariable = "after"

        /// A query and the path of its connection.
        public init(query: String, path: String) {
            self.query = query
            self.path = path
        }
    }

    /// A connection inside each node. The node holds its first page; the others are read with a query of their own.
    public struct Nested: Sendable, Hashable {
        /// How the pages are read that the node does not hold.
        public var connection: Connection
        /// What becomes of its nodes.
        public var use: Use

        /// What becomes of the nodes of a nested connection.
        public enum Use: Sendable, Hashable {
            /// All of them, of every page, are put into the parent's record before that is mapped. A parent that does not hold all of
            /// them is read as a chain of its own, of `maxPages` pages for one nested connection at most; more is an error.
            case collect(maxPages: Int = 100)
            /// They are records themselves. Each parent's further pages are a chain of their own.
            ///
            /// - Parameters:
            ///   - entity: jq, as ``GraphQLSource/Configuration/entity``, with `$parent`.
            ///   - parent: jq over the parent's record: what `$parent` is. None: the record without its nested connections.
            ///     It is in the cursor, so it must be small.
            case map(entity: String, parent: String? = nil)
        }

        /// A nested connection.
        public init(connection: Connection, use: Use) {
            self.connection = connection
            self.use = use
        }
    }

    /// An error beside data that does not fail the page. Both parts must fit, where both are given.
    public struct AcceptedError: Sendable, Hashable {
        /// The error's `type`, or the `code` or `type` of its `extensions`, such as `FORBIDDEN`.
        public var type: String?
        /// The path of fields below which it is, without the numbers of list items: `organization.repositories.nodes`.
        public var path: String?

        /// An error of this type, below this path.
        public init(type: String? = nil, path: String? = nil) {
            self.type = type
            self.path = path
        }
    }
}

extension GraphQLSource.Configuration {
    /// The endpoint as an `http` source has it.
    var endpoint: HTTPSource.Configuration {
        var endpoint = HTTPSource.Configuration(url: url)
        endpoint.method = "POST"
        endpoint.headers = headers
        endpoint.authentication = authentication
        endpoint.allowedHosts = allowedHosts
        endpoint.allowPrivateAddresses = allowPrivateAddresses
        endpoint.userAgent = userAgent
        endpoint.requestTimeout = requestTimeout
        endpoint.maxResponseBytes = maxResponseBytes
        endpoint.mappingLimits = mappingLimits
        // Never sent the protocol of a source without a mapping.
        endpoint.records = records ?? "."
        return endpoint
    }
}
