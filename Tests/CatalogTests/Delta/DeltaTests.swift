import Testing

@testable import Catalog

@Suite struct DeltaTests {
    @Test("What the writers write, the reader reads")
    func roundTrip() throws {
        var normalizer = EntityNormalizer()
        let entity = try normalizer.normalize(JSONText(EntityNormalizerTests.web))
        let ref = try EntityRef(parsing: "Group:Team-A")
        let delta = try Delta(fields: [
            ("v", Array("1".utf8)), ("type", Array("delta".utf8)), ("provider", Array("p".utf8)),
            ("generation", Array("3".utf8)), ("job", Array("j".utf8)), ("sequence", Array("7".utf8)),
            ("at", Array("1700000000000".utf8)), ("origin", Array("burst".utf8)),
            ("added", Delta.addedJSON([entity, entity], locationKey: "k\"1")),
            ("removed", Delta.removedJSON([ref], locationKey: "k")),
        ])
        #expect(delta.added.map(\.entity) == [entity, entity])
        #expect(delta.added.first?.locationKey == "k\"1")
        #expect(delta.removed.map(\.entityRef.string) == ["group:default/team-a"])
        #expect(delta.generation == 3 && delta.sequence == 7 && delta.at == 1_700_000_000_000 && delta.origin == .burst)
    }
}
