import Testing

@testable import Catalog

@Suite struct EntityRuleTests {
    static let label63 = String(repeating: "a", count: 63)
    static let label64 = String(repeating: "a", count: 64)
    /// Labels of 61 and dots, 253 and 254 bytes long.
    static let subdomain253 =
        Array(repeating: String(repeating: "a", count: 62), count: 4).joined(separator: ".") + ".a"
    static let subdomain254 = subdomain253 + "a"

    static let valid: [(EntityRule, [String])] = [
        (
            .apiVersion,
            [
                "v1", "1", "V1alpha1", "backstage.io/v1alpha1", "a/b", "my-company.net/v1", label63,
                "\(subdomain253)/\(label63)", "a--b.c/v1",
            ]
        ),
        (.kind, ["A", "a", "API", "Component", "K8s", label63]),
        (.name, ["a", "0", "Web", "a-b", "a_b", "a.b", "a-_.b", "A--b", label63]),
        (.namespace, ["a", "0", "default", "a-b", "a--b", "0-9", label63]),
        (.labelKey, ["a", "A_b.c", "example.com/Tier", "\(subdomain253)/\(label63)", "a.b/c"]),
        (.annotationKey, ["a", "backstage.io/managed-by-location", "\(subdomain253)/\(label63)", "1.2/3"]),
        (.labelValue, ["", "a", "A_b.c-d", "1.0", label63]),
        (.tag, ["a", "java", "c++", "c#", "a:b", "+", "a-b-c", ":#+", "0", label63]),
    ]
    static let invalid: [(EntityRule, [String])] = [
        (
            .apiVersion,
            [
                "", "v1/", "/v1", "a/b/c", "1.0", "a b", "Backstage.io/v1", "-a/v1", "a-/v1", "a..b/v1", ".a/v1",
                "a_b/v1", label64, "\(label64)/v1", "\(subdomain254)/v1", "v1\n", "vé",
            ]
        ),
        (.kind, ["", "1a", "a-b", "a b", "a.b", "é", label64, "a\n", "\u{212A}"]),
        (.name, ["", "-", "-a", "a-", "_a", "a.", "a b", "a/b", "a:b", "é", label64, "a\n"]),
        (.namespace, ["", "-a", "a-", "A", "a_b", "a.b", "a b", "é", label64, "-"]),
        (
            .labelKey,
            [
                "", "/", "a/", "/a", "a/b/c", "-a", "a_b/c", "A.com/a", "a/-b", label64, "a/\(label64)",
                "\(subdomain254)/a",
            ]
        ),
        (.annotationKey, ["", "/", "a/", "/a", "a/b/c", "x y", "a/b-", "a..b/c", "\(subdomain254)/a"]),
        (.labelValue, ["-", "a-", "a b", "a/b", " ", label64, "é"]),
        (.tag, ["", "A", "a_b", "a.b", "a--b", "-a", "a-", "-", "a b", "a/b", "é", label64]),
    ]

    @Test("What keeps a rule is accepted, lengths of 63 and 253 included", arguments: valid)
    func accepts(rule: EntityRule, texts: [String]) {
        for text in texts { #expect(rule.accepts(text), "\(rule) refuses \(text)") }
    }

    @Test("What breaks a rule is refused, lengths of 64 and 254 included", arguments: invalid)
    func refuses(rule: EntityRule, texts: [String]) {
        for text in texts { #expect(!rule.accepts(text), "\(rule) accepts \(text)") }
    }

    @Test("The boundary cases have the lengths that they are named after, and every rule has both tables")
    func tables() {
        #expect(Self.subdomain253.utf8.count == 253 && Self.subdomain254.utf8.count == 254)
        #expect(Set(Self.valid.map(\.0)) == Set(EntityRule.allCases))
        #expect(Set(Self.invalid.map(\.0)) == Set(EntityRule.allCases))
        #expect(EntityRule.allCases.allSatisfy { !$0.expectation.isEmpty })
    }
}
