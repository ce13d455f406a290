import Catalog
import Ingestion
import Testing

@Suite struct LiveEventTests {
    private func read(_ text: String) throws -> LiveEvent {
        try LiveEvent(json: Array(text.utf8), locationKey: "github", id: "1")
    }

    @Test("an event is a delta as the stream carries it, or as applyMutation takes it")
    func shapes() throws {
        let event = try read(
            #"""
            {"type": "delta", "added": [{"entity": {"kind":"A"}, "locationKey": "github"}, {"entity": {"kind":"B"}}],
             "removed": ["component:default/a", {"entityRef": "component:default/b", "locationKey": "github"},
                         {"entity": {"kind": "API", "metadata": {"name": "c", "namespace": "x"}}},
                         {"entity": {"kind": "API", "metadata": {"name": "d"}}, "locationKey": null}]}
            """#
        )
        #expect(event.added.map(\.description) == [#"{"kind":"A"}"#, #"{"kind":"B"}"#])
        #expect(event.removed == ["component:default/a", "component:default/b", "API:x/c", "API:default/d"])
        #expect(event.id == "1")
        #expect(try read("{}").added.isEmpty)
    }

    @Test(
        "what is no event is refused with its place",
        arguments: [
            ("", "the text is empty"),
            ("{\n  \"added\": [,]\n}", "a JSON value is expected, at line 2, column 13"),
            ("[]", "the event is no object"),
            (#"{"addded": []}"#, "`addded` is not known in an event"),
            (#"{"added": {}}"#, "`added` is not an array"),
            (#"{"added": [{"kind": "Component"}]}"#, "added[0]: `kind` is not known here: entity, locationKey"),
            (#"{"added": [{"entity": 1}]}"#, "added[0] has no entity"),
            (#"{"added": [{"entity": {}, "locationKey": "ldap"}]}"#, "added[0]: its locationKey is not that of"),
            (#"{"removed": ["a:b/c", 7]}"#, "removed[1] has no ref"),
            (#"{"removed": [{"entity": {"kind": "A"}}]}"#, "removed[0] has no ref"),
            (#"{"removed": [{"ref": "a:b/c"}]}"#, "removed[0]: `ref` is not known here"),
        ]
    )
    func refused(_ text: String, _ message: String) {
        let error = #expect(throws: LiveEventError.self) { try read(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.code == .invalid)
    }

    @Test func tooLongAnEventIsNotParsed() {
        let text = [UInt8](repeating: UInt8(ascii: " "), count: LiveEvent.maximumBytes + 1)
        #expect(throws: LiveEventError.self) { try LiveEvent(json: text, locationKey: "x") }
    }
}
