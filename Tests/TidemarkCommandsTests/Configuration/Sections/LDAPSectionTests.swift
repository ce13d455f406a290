import EntitySources
import Ingestion
import Logging
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite struct LDAPSectionTests {
    private func section(_ keys: String) throws -> SourceSection {
        let yaml = "providers: {a: {source: {ldap: {\(keys)}}}}"
        let configuration = try parse(yaml, environment: ["S": "s3cret"])
        return try #require(configuration.providers[0].source?.value)
    }

    @Test("All keys of an ldap source are read")
    func everything() throws {
        let section = try section(
            """
            url: [ldap://a, ldap://b:390], startTLS: true, tls: {ca: /ca.pem, certificate: /me.pem, key: /me.key},
            auth: {simple: {dn: 'cn=reader', password: "${S}"}}, key: objectGUID, walk: leaves,
            referrals: {follow: [ldaps://c]}, connectTimeout: 1s, searchTimeout: 2s, maxPageBytes: 1MiB,
            users: {base: 'ou=people', scope: oneLevel, filter: '(a=b)', name: mail, attributes: [cn], binary: [logo],
              memberOf: isMemberOf, entity: ., pageSize: 50, allowEmpty: true},
            groups: {base: ['ou=a', 'ou=b'], members: uniqueMember}
            """
        )
        guard case .ldap(let ldap) = section else { throw Unexpected() }
        #expect(ldap.urls == ["ldap://a", "ldap://b:390"] && ldap.startTLS)
        #expect(ldap.tls.authoritiesFile == "/ca.pem" && ldap.tls.certificateFile == "/me.pem")
        #expect(ldap.tls.keyFile == "/me.key")
        #expect(ldap.authentication == .simple(dn: "cn=reader", password: "s3cret"))
        #expect(ldap.key == "objectGUID" && ldap.walk == .leaves && ldap.referrals == .follow(["ldaps://c"]))
        #expect(ldap.connectTimeout == .seconds(1) && ldap.searchTimeout == .seconds(2))
        #expect(ldap.maxPageBytes == 1 << 20)
        let users = try #require(ldap.users)
        #expect(users.bases == ["ou=people"] && users.scope == .oneLevel && users.filter == "(a=b)")
        #expect(users.name == "mail" && users.attributes == ["cn"] && users.binary == ["logo"])
        #expect(users.memberOf == "isMemberOf" && users.entity == "." && users.pageSize == 50 && users.allowEmpty)
        let groups = try #require(ldap.groups)
        #expect(groups.bases == ["ou=a", "ou=b"] && groups.members == "uniqueMember" && groups.pageSize == 100)
    }

    @Test(
        "What cannot work is said at its key, before anything is sent",
        arguments: [
            ("url: http://a, users: {base: dc=a}", "url"), ("url: ldap://a/dc=b, users: {base: dc=a}", "url"),
            ("url: ldap://a", "users"), ("url: ldap://a, users: {base: people}", "users.base"),
            ("url: ldap://a, users: {base: dc=a, filter: '(a=b'}", "users.filter"),
            ("url: ldap://a, groups: {base: dc=a, entity: '{'}", "groups.entity"),
            ("url: ldap://a, groups: {base: dc=a, members: 'a b'}", "groups.attributes"),
            ("url: ldap://a, users: {base: dc=a}, key: 'a b'", "key"),
            ("url: ldaps://a, startTLS: true, users: {base: dc=a}", "startTLS"),
            ("url: ldap://a, users: {base: dc=a}, auth: {simple: {dn: cn=a, password: \"${S}\"}}", "url"),
            ("url: ldaps://a, users: {base: dc=a}, auth: external", "tls.certificate"),
            ("url: ldaps://a, users: {base: dc=a}, tls: {certificate: /a}", "tls"),
            ("url: ldap://a, users: {base: dc=a}, referrals: {follow: [b]}", "referrals.follow"),
        ]
    )
    func wrong(_ keys: String, _ field: String) throws {
        let section = try section(keys)
        let error = #expect(throws: SourceConfigurationError.self) { try section.build(.quiet) }
        #expect(error?.field == field)
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test(
        "A password may go to this machine, through TLS, or where that was said",
        arguments: [
            "url: ldap://localhost", "url: ldapi://%2Frun%2Fldapi", "url: ldaps://a", "url: ldap://a, startTLS: true",
            "url: ldap://a, allowPlaintextPassword: true",
        ]
    )
    func passwords(_ keys: String) throws {
        let section = try section(
            "\(keys), users: {base: dc=a}, auth: {simple: {dn: cn=a, password: \"${S}\"}}"
        )
        #expect(throws: Never.self) { try section.build(.quiet) }
    }
}
