extension TestDirectory {
    /// Alice, Bob and Carol, and a group with Alice in it.
    package static var people: TestEntries {
        var entries = TestEntries()
        for name in ["alice", "bob", "carol"] { entries.add(person: name) }
        entries.add(group: "staff", members: [TestEntries.person("alice")])
        return entries
    }

    /// With content synchronization (RFC 4533), and a session log of so many changes.
    package static func synchronizing(sessionLog: Int = 100) -> Options {
        var options = Options()
        options.database = ["overlay syncprov"] + (sessionLog > 0 ? ["syncprov-sessionlog \(sessionLog)"] : [])
        return options
    }

    /// Alice has another address, Bob is gone, Dave is new, and Carol has another name.
    package func changeEachWay() async throws {
        try await change(
            """
            dn: \(TestEntries.person("alice"))
            changetype: modify
            replace: mail
            mail: new@example.com

            dn: \(TestEntries.person("bob"))
            changetype: delete

            dn: \(TestEntries.person("dave"))
            changetype: add
            objectClass: inetOrgPerson
            uid: dave
            cn: Dave
            sn: Dave

            dn: \(TestEntries.person("carol"))
            changetype: modrdn
            newrdn: uid=caroline
            deleteoldrdn: 1


            """
        )
    }
}
