public import Catalog

extension HTTPSource {
    /// What an `http` source reads and how.
    ///
    /// What is asked for is a ``Chain``; its properties can be had and set here as well.
    @dynamicMemberLookup
    public struct Configuration: Sendable {
        /// What is asked for, from a cycle's first request on.
        public var chain: Chain
        /// The requests that a cycle starts with, each the begin of a chain of its own; none: the one of `url`.
        public var start: [Start] = []
        /// The credentials.
        public var authentication: Authentication?
        /// Other hosts that redirects and next pages may go to, with the credentials: `host`, or `host:port`; without a port,
        /// the scheme's default. A host that is not named here is refused.
        public var allowedHosts: [String] = []
        /// Whether connections may go to addresses of this machine, of private networks, or for other special purposes. Many
        /// sources are internal, so they may; where URLs come from people who must not reach what is internal, say false.
        public var allowPrivateAddresses = true
        /// Which answers mean that the cursor is no longer accepted.
        public var expired = Expired()
        /// Whether pages are asked for on the condition that they have changed, where the source gave an ETag or a Last-Modified: a
        /// 304 then marks what the page marked before, and nothing is mapped. For GET requests without `details`.
        public var conditional = false
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
            chain = Chain(url: url)
        }

        /// A property of the chain.
        public subscript<Value>(dynamicMember property: WritableKeyPath<Chain, Value>) -> Value {
            get { chain[keyPath: property] }
            set { chain[keyPath: property] = newValue }
        }
    }

    /// The body of a request.
    public enum Body: Sendable, Hashable {
        /// Sent as `application/json`; each string in it is a template.
        case json(JSON)
        /// Sent as it stands, with the content type that `headers` has; a template.
        case text(String)
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

extension HTTPSource.Configuration {
    /// False for a source that speaks the protocol of `exec` over HTTP.
    var isMapped: Bool { chain.isMapped || !start.isEmpty }

    /// The variables that templates and expressions of a part of the configuration may use.
    func variables(at prefix: String) -> [String] {
        let hasParent = prefix.hasPrefix("each.") || start.contains { $0.parent != nil }
        return hasParent ? ["parent"] : []
    }
}
