/// One of a source's searches, checked.
struct SearchPlan: Sendable {
    enum Kind: String, Sendable {
        case users, groups

        /// The kind of the entities that the default mapping makes.
        var entityKind: String { self == .users ? "user" : "group" }
    }

    let kind: Kind
    let bases: [String]
    let names: [DistinguishedName]
    let scope: LDAPSource.Search.Scope
    let filter: String
    /// The attribute that entities are named after.
    let name: String
    let members: String?
    let memberOf: String
    let entity: JQExpression
    let pageSize: Int
    let allowEmpty: Bool
    let values: AttributeValues
    /// What is asked of the server, beside the key.
    private let attributes: [String]

    init(_ search: LDAPSource.Search, _ kind: Kind) throws(SourceConfigurationError) {
        self.kind = kind
        func wrong(_ field: String, _ message: String) -> SourceConfigurationError {
            SourceConfigurationError(field: "\(kind.rawValue).\(field)", message: message)
        }
        guard !search.bases.isEmpty else { throw wrong("base", "is empty: name where the entries are") }
        var names: [DistinguishedName] = []
        for base in search.bases {
            guard let name = DistinguishedName(base), !name.names.isEmpty else {
                throw wrong("base", "\"\(base)\" is not a distinguished name, such as ou=people,dc=example,dc=com")
            }
            names.append(name)
        }
        (bases, self.names, scope) = (search.bases, names, search.scope)
        let written = search.filter ?? (kind == .users ? LDAPMapping.userFilter : LDAPMapping.groupFilter)
        guard let filter = DirectoryFilter.normalized(written) else {
            throw wrong("filter", "\"\(written)\" is not a filter, such as (objectClass=inetOrgPerson)")
        }
        self.filter = filter
        name = search.name ?? (kind == .users ? LDAPMapping.userName : LDAPMapping.groupName)
        members = kind == .groups ? search.members : nil
        memberOf = search.memberOf
        entity = JQExpression(
            search.entity ?? (kind == .users ? LDAPMapping.user : LDAPMapping.group),
            field: "\(kind.rawValue).entity"
        )
        guard 10...10_000 ~= search.pageSize else { throw wrong("pageSize", "must be from 10 to 10,000") }
        pageSize = search.pageSize
        allowEmpty = search.allowEmpty
        let defaults = kind == .users ? LDAPMapping.userAttributes : LDAPMapping.groupAttributes
        let shown = search.attributes ?? (search.entity == nil ? defaults : ["*"])
        attributes = Self.unique(shown + [name, memberOf] + (members.map { [$0] } ?? []))
        for (field, names) in [("attributes", attributes), ("binary", search.binary)] {
            for name in names where !Self.isAttribute(name) && name != "*" && name != "+" {
                throw wrong(field, "\"\(name)\" is not the name of an attribute")
            }
        }
        values = AttributeValues(asked: attributes, binary: search.binary)
    }

    /// What is asked of the server.
    func attributes(withKey key: String) -> [String] { Self.unique(attributes + [key]) }

    /// A search of this plan below a base, for what `filter` finds besides.
    func search(below base: String, _ filter: String? = nil, attributes: [String]) -> DirectorySearch {
        DirectorySearch(
            base: base,
            scope: scope.directoryScope,
            filter: filter ?? self.filter,
            attributes: attributes
        )
    }

    /// Whether an entry of this name is where the search looks.
    func covers(_ name: DistinguishedName) -> Bool {
        names.contains { base in
            guard let depth = name.depth(below: base) else { return false }
            switch scope {
            case .base: return depth == 0
            case .oneLevel: return depth == 1
            case .subtree: return true
            }
        }
    }

    static func isAttribute(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { 48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || "-.;_".utf8.contains($0) }
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0.asciiLowercased).inserted }
    }
}

extension LDAPSource.Search.Scope {
    var directoryScope: DirectorySearch.Scope {
        switch self {
        case .base: .base
        case .oneLevel: .oneLevel
        case .subtree: .subtree
        }
    }
}
