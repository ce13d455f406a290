import Testing

@testable import EntitySources

@Suite struct DistinguishedNameTests {
    @Test(
        "spellings of one name are equal, those of others are not",
        arguments: [
            ("cn=Smith\\2C John,dc=example", "CN=smith\\, john, DC=Example", true),
            ("cn=Smith\\2C John,dc=example", "cn=\"Smith, John\";dc=example", true),
            ("uid=a+cn=b,dc=x", "CN=B+UID=A,DC=X", true),
            ("cn=a  b,dc=x", "cn=  A B  ,dc=x", true),
            ("2.5.4.3=a,0.9.2342.19200300.100.1.25=x", "cn=a,dc=x", true),
            ("OID.2.5.4.3=#040161,dc=x", "cn=a,dc=x", true),
            ("cn=\\C3\\84rger,dc=x", "cn=ärger,dc=x", true),
            ("cn=a\\20,dc=x", "cn=a,dc=x", true),
            ("cn=a\\+b,dc=x", "cn=a+cn=b,dc=x", false),
            ("cn=a,dc=x", "cn=a\\,dc=x", false),
            ("cn=a,dc=x", "uid=a,dc=x", false),
        ]
    )
    func spellings(_ left: String, _ right: String, _ areEqual: Bool) throws {
        let (left, right) = (try #require(DistinguishedName(left)), try #require(DistinguishedName(right)))
        #expect((left == right) == areEqual, "\(left) and \(right)")
    }

    @Test(arguments: ["alice", "cn", "cn=a,", "=a", "cn=a\\", "cn=\"a", "cn=#zz"])
    func whatIsNoName(_ text: String) {
        #expect(DistinguishedName(text) == nil)
    }

    @Test func depthBelowAnother() throws {
        let base = try #require(DistinguishedName("OU=People,dc=example"))
        #expect(DistinguishedName("uid=a,ou=people,dc=Example")?.depth(below: base) == 1)
        #expect(DistinguishedName("ou=people,dc=example")?.depth(below: base) == 0)
        #expect(DistinguishedName("uid=a,ou=other,dc=example")?.depth(below: base) == nil)
    }

    @Test func firstRelativeName() throws {
        let first = try #require(DistinguishedName.first(of: "cn=Smith\\2C John+uid=1 ,dc=example"))
        #expect(first.rdn == "cn=Smith\\2C John+uid=1")
        #expect(first.value == "Smith, John")
    }
}
