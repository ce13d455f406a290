import Catalog
import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct RejectedListTests {
    private let list = RejectedList(
        provider: "github",
        entities: [
            RejectedEntity(
                id: "1795472390745-3",
                generation: 2,
                entityRef: "component:default/a",
                reason: "metadata.tags[0] is \"X\"",
                entity: "{}"
            ),
            RejectedEntity(
                id: "1795472300000-0",
                generation: 1,
                entityRef: nil,
                reason: "no name",
                entity: "{\"a\":1}"
            ),
        ],
        now: 1_795_472_400_745
    )

    @Test func reasonsAreListed() {
        #expect(
            list.lines(width: 100, style: .plain).joined(separator: "\n") == """
                WHEN        CYCLE  ENTITY               REASON
                10s ago         2  component:default/a  metadata.tags[0] is "X"
                1m 40s ago      1  {"a":1}              no name
                """
        )
        #expect(list.json[0]?["at"] == "2026-11-23T22:19:50.745Z")
    }
}
