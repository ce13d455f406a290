import Catalog
import Ingestion
import Testing

@testable import EntitySources

@Suite struct EventMappingTests {
    private func event(_ mapping: String, _ payload: String = "{}") async throws -> LiveEvent {
        try await EventMapping(mapping, field: "event").event(
            headers: ["x-github-event": "push"],
            payload: Array(payload.utf8),
            locationKey: "github",
            id: "1"
        )
    }

    @Test("headers and payload go in; several results are taken together, and null is none")
    func results() async throws {
        let event = try await event(
            #"null, {removed: ["a:b/\(.headers["x-github-event"])"]}, (.payload.names[] | {added: [{entity: {kind: .}}]})"#,
            #"{"names": ["A", "B"]}"#
        )
        #expect(event.removed == ["a:b/push"])
        #expect(event.added.map(\.description) == [#"{"kind":"A"}"#, #"{"kind":"B"}"#])
        #expect(event.id == "1")
        #expect(try await self.event("empty").added.isEmpty)
    }

    @Test(
        "a mapping that fails, or makes no event, says which and why",
        arguments: [
            ("error(\"no\")", "`event` fails on this payload: no"), (".payload.x.y.z[]", "Cannot iterate over null"),
            ("1", "`event` gives no event: the event is no object"), ("{add: []}", "`add` is not known"),
            ("[range(2000)][]", "more than 1000 results"),
        ]
    )
    func failures(_ mapping: String, _ message: String) async throws {
        let error = await #expect(throws: LiveEventError.self) { try await event(mapping) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("an expression that does not end is ended by its time")
    func endless() async throws {
        var limits = EventMapping.defaultLimits
        limits.time = .milliseconds(50)
        let mapping = try EventMapping("def f: f; f", field: "event", limits: limits)
        let error = await #expect(throws: LiveEventError.self) {
            try await mapping.event(headers: [:], payload: Array("{}".utf8), locationKey: "x", id: nil)
        }
        #expect(error?.message.contains("ran longer than") == true)
    }

    @Test func whatDoesNotCompileIsFoundAtOnce() {
        let error = #expect(throws: SourceConfigurationError.self) { try EventMapping("{", field: "event") }
        #expect(error?.field == "event")
    }
}
