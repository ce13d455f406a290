import Testing

@testable import DemoSource

@Suite("Maintainers")
struct MaintainerTests {
    @Test(
        "A field is a name and an address",
        arguments: [
            ("Debian QA Group <packages@qa.debian.org>", "Debian QA Group", "packages@qa.debian.org"),
            ("Debian QA Group  <Packages@QA.debian.org>", "Debian QA Group", "packages@qa.debian.org"),
            ("Daniel Baumann <daniel@example.org>,", "Daniel Baumann", "daniel@example.org"),
            ("\"Ab <c>\" <d@example.org>", "\"Ab <c>\"", "d@example.org"),
            ("someone@example.org", "someone@example.org", "someone@example.org"),
            ("<someone@example.org>", "someone@example.org", "someone@example.org"),
        ]
    )
    func field(field: String, name: String, email: String) {
        let maintainer = Maintainer(field: field)
        #expect(maintainer.name == name)
        #expect(maintainer.email == email)
    }

    @Test(
        "An id is the address as a catalog name",
        arguments: [
            ("pkg-perl@lists.debian.org", "pkg-perl_at_lists.debian.org"),
            ("team+python@tracker.debian.org", "team_plus_python_at_tracker.debian.org"),
            ("a_b@example.org", "a_5f_b_at_example.org"),
            ("ü@example.org", "m_c3__bc__at_example.org__9000200903c364b0"),
        ]
    )
    func id(email: String, id: String) {
        #expect(Maintainer.id(of: email) == id)
    }

    @Test("Addresses that differ have ids that differ, and every id is a catalog name")
    func distinct() throws {
        let long = String(repeating: "long-local-part-", count: 4)
        let emails = [
            "a+b@c.org", "a_b@c.org", "a_plus_b@c.org", "a-b@c.org", "a.b@c.org", "a@b@c.org", "a_at_b@c.org",
            "a_5f_b@c.org",
            "+a@c.org", "_a@c.org", "a@c.org", "a@c.org.", "", "+", "\(long)1@c.org", "\(long)2@c.org", "m@c.org",
        ]
        let ids = emails.map(Maintainer.id(of:))
        #expect(Set(ids).count == emails.count)
        for id in ids { #expect(isCatalogName(id), "\(id)") }
    }
}

/// Backstage: letters and digits, with `-`, `_` and `.` between them, 63 at most.
func isCatalogName(_ name: String) -> Bool {
    name.wholeMatch(of: /[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?/) != nil
}
