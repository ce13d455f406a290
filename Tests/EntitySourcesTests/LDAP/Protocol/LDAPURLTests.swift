import Testing

@testable import EntitySources

@Suite struct LDAPURLTests {
    @Test(
        arguments: [
            ("ldap://Host", "ldap://host:389"), ("ldaps://host:1636/", "ldaps://host:1636"),
            ("LDAPI://%2Frun%2Fldapi", "ldapi://%2Frun%2Fldapi"), ("ldap://[::1]:390", "ldap://[::1]:390"),
        ]
    )
    func urls(_ text: String, _ url: String) {
        #expect(LDAPURL(text)?.text == url)
    }

    @Test(
        arguments: [
            "host", "http://host", "ldap://", "ldap://user@host", "ldap://host/dc=example", "ldap://host:0",
            "ldap://host:x",
            "ldap://::1", "ldap://a b",
        ]
    )
    func whatIsNoURL(_ text: String) {
        #expect(LDAPURL(text) == nil)
    }

    @Test func whatStaysHere() {
        for url in ["ldap://localhost", "ldap://127.0.0.1", "ldapi://%2Fa", "ldap://[::1]"] {
            #expect(LDAPURL(url)?.isLocal == true, "\(url)")
        }
        for url in ["ldap://127.0.0.1.example.com", "ldap://host", "ldap://10.0.0.1"] {
            #expect(LDAPURL(url)?.isLocal == false, "\(url)")
        }
    }
}
