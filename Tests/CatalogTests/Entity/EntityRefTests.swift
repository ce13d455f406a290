import Testing

@testable import Catalog

@Suite struct EntityRefTests {
    @Test(
        "A ref is read in any case and is lower-cased",
        arguments: [
            ("component:default/web", "component:default/web"), ("Component:Default/Web", "component:default/web"),
            ("API:a/b_c.D", "api:a/b_c.d"), ("group:Team-A", "group:default/team-a"),
        ]
    )
    func parsing(text: String, expected: String) throws {
        #expect(try EntityRef(parsing: text).string == expected)
    }

    @Test(
        "A text that is no ref is refused with the part that is wrong",
        arguments: [
            ("", "no entity ref"), ("web", "no entity ref"), ("a/b", "no entity ref"), (":a/b", "kind"),
            ("1:a/b", "kind"),
            ("a:/b", "namespace"), ("a:b_c/d", "namespace"), ("a:b/", "name"), ("a:b/c/d", "name"), ("a:b/c:d", "name"),
            ("a:", "name"), ("a: b", "name"), ("a:\u{212A}/b", "namespace"), ("\u{212A}:a/b", "kind"),
            ("a:b/" + String(repeating: "x", count: 64), "name"),
        ]
    )
    func malformed(text: String, part: String) {
        let error = #expect(throws: EntityRefError.self) { try EntityRef(parsing: text) }
        #expect(error?.message.contains(part) == true)
    }

    @Test(
        "Only a whole ref in lower case is taken as stored",
        arguments: ["a:b", "A:b/c", "a:b/C", "a/b:c", "a:b/c/d", ""]
    )
    func stored(text: String) {
        var text = text
        #expect(text.withUTF8 { EntityRef(stored: $0) } == nil)
        text = "component:default/web.v2"
        #expect(text.withUTF8 { EntityRef(stored: $0) }?.string == text)
    }

    @Test("The parts can be taken apart again")
    func parts() throws {
        let ref = try EntityRef(kind: "Component", namespace: "Payments", name: "Web.V2")
        #expect(ref.kind == "component" && ref.namespace == "payments" && ref.name == "web.v2")
        #expect(try EntityRef(kind: "API", name: "x") == EntityRef(parsing: "api:default/X"))
        #expect(try EntityRef(parsing: "a:b/c") < EntityRef(parsing: "a:b/d"))
        #expect("\(ref)" == ref.string)
    }
}
