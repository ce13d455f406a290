import Catalog
import Testing

@testable import EntitySources

@Suite struct EntryNameTests {
    @Test("what can be a name is one, as it is", arguments: ["alice", "Alice.B_c-d", "a", "7"])
    func kept(_ value: String) {
        #expect(EntryName.make(of: value, id: "1") == value)
    }

    @Test(
        "what cannot be a name becomes one, and another for another entry",
        arguments: [
            "a b", "ärger", "", "-", "a@example.com", String(repeating: "x", count: 64), "a-", "_", "a-0123456789ab",
        ]
    )
    func made(_ value: String) {
        let name = EntryName.make(of: value, id: "1")
        #expect(name != value)
        #expect(EntityRule.name.accepts(name), "\(name)")
        #expect(name == EntryName.make(of: value, id: "1"))
        #expect(name != EntryName.make(of: value, id: "2"))
        // Whoever is called by a made name gets another.
        #expect(EntryName.make(of: name, id: "3") != name)
    }
}
