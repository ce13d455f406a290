/// The default mappings, which make what Backstage's LDAP module makes. Copy one into `entity` and change it.
///
/// Their input is `{"dn", "rdn", "id", "name", "attributes": {name: [values]}, "memberOf": [refs]}`, and
/// `"members": [refs]` for groups. The name is one that an entity can have; the refs are those of the entries that
/// `users` and `groups` find.
package enum LDAPMapping {
    package static let user = """
        {
          apiVersion: "backstage.io/v1alpha1",
          kind: "User",
          metadata: {
            name: .name,
            annotations: ({
              "backstage.io/ldap-dn": .dn, "backstage.io/ldap-rdn": .rdn, "backstage.io/ldap-uuid": .id
            } | with_entries(select(.value != null)))
          },
          spec: {
            profile: ({
              displayName: .attributes.cn[0], email: .attributes.mail[0]
            } | with_entries(select(.value != null))),
            memberOf: .memberOf
          }
        }
        """

    package static let group = """
        {
          apiVersion: "backstage.io/v1alpha1",
          kind: "Group",
          metadata: ({
            name: .name,
            description: .attributes.description[0],
            annotations: ({
              "backstage.io/ldap-dn": .dn, "backstage.io/ldap-rdn": .rdn, "backstage.io/ldap-uuid": .id
            } | with_entries(select(.value != null)))
          } | with_entries(select(.value != null))),
          spec: ({
            type: (.attributes.groupType[0] // "unknown"),
            profile: ({displayName: .attributes.cn[0]} | with_entries(select(.value != null))),
            parent: .memberOf[0],
            children: [.members[] | select(startswith("group:"))],
            members: [.members[] | select(startswith("user:"))]
          } | with_entries(select(.value != null)))
        }
        """

    /// Which entries are read where no filter is given.
    package static let userFilter = "(objectClass=person)"
    package static let groupFilter = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=group))"

    /// What entities are named after where no attribute is given.
    package static let userName = "uid"
    package static let groupName = "cn"

    /// The attributes that the default mappings look at.
    static let userAttributes = ["cn", "mail"]
    static let groupAttributes = ["cn", "description", "groupType"]
}
