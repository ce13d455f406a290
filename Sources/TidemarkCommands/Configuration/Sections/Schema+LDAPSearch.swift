internal import Catalog
internal import EntitySources

/// What `users` and `groups` have each for itself.
struct LDAPSearchKind: Sendable {
    let isGroup: Bool
    let filter: String
    let name: String
    let pageSize: Int

    static let userSearch = LDAPSearchKind(
        isGroup: false,
        filter: LDAPMapping.userFilter,
        name: LDAPMapping.userName,
        pageSize: 500
    )
    static let groupSearch = LDAPSearchKind(
        isGroup: true,
        filter: LDAPMapping.groupFilter,
        name: LDAPMapping.groupName,
        // Groups are long: they have their members.
        pageSize: 100
    )
}

extension Schema where Value == LDAPSource.Search {
    static func ldapSearch(_ kind: LDAPSearchKind) -> Schema {
        let fields = entries(kind) + (kind.isGroup ? [members] : []) + mapping(kind)
        return .record({ initial(kind) }, fields)
    }

    private static func initial(_ kind: LDAPSearchKind) -> Value {
        var search = Value(bases: [], pageSize: kind.pageSize)
        (search.filter, search.name) = (kind.filter, kind.name)
        return search
    }

    private static func entries(_ kind: LDAPSearchKind) -> [Field<Value>] {
        [
            Field(
                "base",
                .oneOrMore(of: .nonEmptyString),
                required: true,
                \.bases,
                "Where the entries are; one name or several."
            ),
            Field("scope", .word, default: "subtree", \.scope, "How far below the base."),
            Field("filter", .nonEmptyString, default: .string(kind.filter), \.filter, "Which entries (RFC 4515)."),
            Field(
                "allowEmpty",
                .boolean,
                default: false,
                \.allowEmpty,
                "Whether it is right that there is no entry; otherwise that is an error."
            ),
            Field(
                "pageSize",
                .integer(10...10_000),
                default: .integer(Int64(kind.pageSize)),
                \.pageSize,
                "How many entries are asked for at a time."
            ),
        ]
    }

    private static var members: Field<Value> {
        Field(
            "members",
            .nonEmptyString,
            default: "member",
            \.members,
            "The attribute that names a group's members: DNs, or the names of users as memberUid has them."
        )
    }

    private static func mapping(_ kind: LDAPSearchKind) -> [Field<Value>] {
        [
            Field(
                "name",
                .nonEmptyString,
                default: .string(kind.name),
                \.name,
                "The attribute that entities are named after, and by which others refer to them."
            ),
            Field(
                "memberOf",
                .nonEmptyString,
                default: "memberOf",
                \.memberOf,
                "The attribute that names the groups that an entry is in."
            ),
            Field(
                "attributes",
                .list(of: .nonEmptyString, atLeast: 1),
                \.attributes,
                "The attributes that the mapping sees; those of the default mapping unless given, or all where `entity` is given."
            ),
            Field(
                "binary",
                .list(of: .nonEmptyString),
                default: [],
                \.binary,
                "Attributes whose values are bytes, beside those that are known: the mapping sees base64."
            ),
            Field(
                "entity",
                .nonEmptyString,
                \.entity,
                "jq: makes an entity of an entry {dn, rdn, id, name, attributes, memberOf, members}; as Backstage's LDAP module unless given."
            ),
        ]
    }
}
