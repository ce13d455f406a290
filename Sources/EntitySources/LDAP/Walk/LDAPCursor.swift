internal import Catalog
internal import Ingestion

/// Where an `ldap` source goes on. Never a cookie of paged results: it would be good on one connection alone.
struct LDAPCursor: Hashable, Sendable {
    enum Place: Hashable, Sendable {
        /// A leaf, from its start at page 0. At another page only the client that read the one before can go on; any other
        /// cuts the leaf at `cuts`.
        case leaf(Leaf, page: Int, cuts: [String])
        case window(UpdateWindow)
    }

    var target: SearchTarget
    var key: LeafKey
    /// How often the leaf was cut out of a wider one.
    var depth = 0
    var place: Place

    /// Reads a stored cursor.
    ///
    /// - Throws: `cursorExpired` for one that this configuration does not write: only a new cycle can be right.
    init(_ stored: JSON, of plan: LDAPPlan) throws(SourceError) {
        guard stored["plan"]?.string == plan.digest,
            let search = stored["search"]?.string.flatMap({ plan.search($0) }),
            let base = stored["base"]?.string, let key = stored["key"]?.string,
            let target = SearchTarget(search: search.kind, base: base, server: stored["server"]?.string, plan),
            let place = Place(stored)
        else {
            throw SourceError(
                .cursorExpired,
                "the stored cursor is not of the configured searches, which have changed since: the cycle starts over"
            )
        }
        (self.target, self.key, self.place) = (target, LeafKey(key), place)
        depth = Int(clamping: min(max(stored["depth"]?.integer ?? 0, 0), 1_000))
    }

    init(_ target: SearchTarget, _ key: LeafKey, depth: Int = 0, _ place: Place) {
        (self.target, self.key, self.depth, self.place) = (target, key, depth, place)
    }

    func json(of plan: LDAPPlan) -> JSON {
        var json: JSON = [
            "plan": .string(plan.digest), "search": .string(target.search.rawValue), "base": .string(target.base),
            "key": .string(key.attribute),
        ]
        if let server = target.server { json["server"] = .string(server.text) }
        if depth > 0 { json["depth"] = .integer(Int64(depth)) }
        switch place {
        case .leaf(let leaf, let page, let cuts):
            json["leaf"] = leaf.json
            if page > 0 { json["page"] = .integer(Int64(page)) }
            if !cuts.isEmpty { json["cuts"] = .array(cuts.map(JSON.string)) }
        case .window(let window): json["window"] = window.json
        }
        return json
    }
}

extension LDAPCursor.Place {
    fileprivate init?(_ stored: JSON) {
        if let window = stored["window"].flatMap({ UpdateWindow($0) }) {
            self = .window(window)
        } else if let leaf = stored["leaf"].flatMap({ Leaf($0) }) {
            self = .leaf(
                leaf,
                page: Int(clamping: min(max(stored["page"]?.integer ?? 0, 0), 1 << 40)),
                cuts: (stored["cuts"]?.array ?? []).compactMap(\.string)
            )
        } else {
            return nil
        }
    }
}

/// One base of one search, on the configured servers or on one that a referral named.
struct SearchTarget: Hashable, Sendable {
    let search: SearchPlan.Kind
    let base: String
    /// Nil for the configured servers.
    let server: LDAPURL?

    init(search: SearchPlan.Kind, base: String, server: LDAPURL? = nil) {
        (self.search, self.base, self.server) = (search, base, server)
    }

    /// Nil for a server that may not be followed to: a stored cursor may be of anyone's making.
    fileprivate init?(search: SearchPlan.Kind, base: String, server: String?, _ plan: LDAPPlan) {
        guard let server else {
            self.init(search: search, base: base)
            return
        }
        guard let url = plan.followed.first(where: { $0.text == server }) else { return nil }
        self.init(search: search, base: base, server: url)
    }
}
