extension LDAPSource {
    /// Which directory an `ldap` source reads, as whom, and what of it.
    public struct Configuration: Sendable {
        /// `ldap://host`, `ldaps://host` or `ldapi://%2Fpath%2Fto%2Fsocket`; several are tried in this order.
        public var urls: [String]
        /// Whether an `ldap://` connection is encrypted before anything else is sent.
        public var startTLS = false
        /// The files that TLS goes by. A server's certificate is always verified.
        public var tls = TLS()
        /// As whom the source reads.
        public var authentication = Authentication.anonymous
        /// Whether a password may be sent to another machine without encryption.
        public var allowPlaintextPassword = false
        /// Which entries make users; none are read unless given.
        public var users: Search?
        /// Which entries make groups.
        public var groups: Search?
        /// The attribute by whose ranges the directory is read: unique, never changed, and with an ordering rule. None: `entryUUID`,
        /// or `objectGUID` where the directory is Active Directory.
        public var key: String?
        /// How the directory is walked.
        public var walk = Walk.automatic
        /// What to do with answers that point to other servers.
        public var referrals = Referrals.refuse
        /// The time limit for a connection: TCP, TLS and bind.
        public var connectTimeout: Duration = .seconds(10)
        /// How long a search may go without a message.
        public var searchTimeout: Duration = .seconds(30)
        /// The size limit for one page of entries, in bytes.
        public var maxPageBytes = 64 << 20
        /// The limits for the jq expressions of one page.
        public var mappingLimits = MappingLimits()

        /// A source that reads from one server, with everything else as it is by default.
        public init(url: String) {
            urls = [url]
        }
    }

    /// As whom a source reads.
    public enum Authentication: Sendable, Hashable {
        case anonymous
        /// A name and a password. An empty password is refused: servers take it as anonymous.
        case simple(dn: String, password: String)
        /// SASL EXTERNAL: what the connection itself proves, by a client certificate or as the user of this process over `ldapi`.
        case external
    }

    /// The PEM files that TLS goes by.
    public struct TLS: Sendable, Hashable {
        /// The authorities to trust, in place of the system's.
        public var authoritiesFile: String?
        /// This client's certificate, and its key.
        public var certificateFile: String?
        public var keyFile: String?

        /// The system's authorities, and no certificate.
        public init() {}
    }

    /// How a directory is walked.
    public enum Walk: String, Sendable, CaseIterable {
        /// By update numbers where the directory is Active Directory, else by leaves.
        case automatic
        /// By ranges of the key, side by side.
        case leaves
        /// By windows of Active Directory's `uSNChanged`, one after the other. They are of one server: another starts the
        /// cycle over.
        case updateNumbers
    }

    /// What to do with answers that point to other servers.
    public enum Referrals: Sendable, Hashable {
        /// They are an error: what they point to would be missing.
        case refuse
        /// They are passed over.
        case ignore
        /// They are followed to these servers, which are sent this source's credentials; any other is an error.
        case follow([String])
    }

    /// Which entries are read, and what becomes of them.
    public struct Search: Sendable {
        /// How far below a base entries are.
        public enum Scope: String, Sendable, CaseIterable {
            case base, oneLevel, subtree
        }

        /// Where the entries are.
        public var bases: [String]
        /// How far below.
        public var scope = Scope.subtree
        /// Which entries (RFC 4515). None: people, or groups, by their object class.
        public var filter: String?
        /// The attribute that entities are named after. None: `uid` of users, `cn` of groups.
        public var name: String?
        /// The attributes that the mapping sees. None: those of the default mapping, or all of them where there is another.
        public var attributes: [String]?
        /// Attributes whose values are bytes, beside those that are known: the mapping sees them as base64.
        public var binary: [String] = []
        /// The attribute that names a group's members.
        public var members = "member"
        /// The attribute that names the groups that an entry is in.
        public var memberOf = "memberOf"
        /// jq: makes an entity of one entry. None: ``LDAPMapping``.
        public var entity: String?
        /// How many entries are asked for at a time.
        public var pageSize: Int
        /// Whether it is right that there is no entry.
        public var allowEmpty = false

        /// Entries below some bases.
        public init(bases: [String], pageSize: Int = 500) {
            self.bases = bases
            self.pageSize = pageSize
        }
    }
}
