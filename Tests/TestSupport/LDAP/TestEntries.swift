/// Entries of a directory as LDIF: people below `ou=people`, groups below `ou=groups`.
package struct TestEntries: Sendable {
    package static let people = "ou=people,\(TestDirectory.suffix)"
    package static let groups = "ou=groups,\(TestDirectory.suffix)"

    private var random: SplitMix
    private let hasRandomIDs: Bool
    package private(set) var ldif: String

    /// - Parameter randomIDs: whether entryUUIDs are random; otherwise `slapadd` makes them, of the time.
    package init(randomIDs: Bool = true, seed: UInt64 = 1) {
        random = SplitMix(state: seed)
        hasRandomIDs = randomIDs
        ldif = """
            dn: \(TestDirectory.suffix)
            objectClass: dcObject
            objectClass: organization
            dc: example
            o: Example

            dn: \(Self.people)
            objectClass: organizationalUnit
            ou: people

            dn: \(Self.groups)
            objectClass: organizationalUnit
            ou: groups


            """
    }

    package static func person(_ name: String) -> String { "uid=\(name),\(people)" }

    package static func group(_ name: String) -> String { "cn=\(name),\(groups)" }

    package mutating func add(person name: String, _ others: [String] = []) {
        add(
            Self.person(name),
            [
                "objectClass: inetOrgPerson", "uid: \(name)", "cn: Person \(name)", "sn: \(name)",
                "mail: \(name)@example.com",
            ]
                + others
        )
    }

    /// - Parameter members: DNs.
    package mutating func add(group name: String, members: [String], _ others: [String] = []) {
        add(
            Self.group(name),
            ["objectClass: groupOfNames", "cn: \(name)"] + members.map { "member: \($0)" } + others
        )
    }

    package mutating func add(_ dn: String, _ lines: [String]) {
        // The values of an attribute have to stand together.
        let classes = lines.filter { $0.hasPrefix("objectClass:") }
        let others = lines.filter { !$0.hasPrefix("objectClass:") }
        ldif += "dn: \(dn)\n" + (classes + others).map { $0 + "\n" }.joined()
        if hasRandomIDs { ldif += "entryUUID: \(randomUUID())\n" }
        ldif += "\n"
    }

    private mutating func randomUUID() -> String {
        let digits = [random.next(), random.next()].map { value in
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var rest = digits[...]
        return [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }.joined(separator: "-")
    }
}

/// Random numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
