import Testing

@testable import Catalog

@Suite struct DeltaTests {
    static let entity = #"{"apiVersion":"v1","kind":"Component","metadata":{"name":"Web"}}"#

    static func fields(_ changes: [String: String?] = [:]) -> [(String, [UInt8])] {
        var fields: [String: String?] = [
            "v": "1", "type": "delta", "provider": "p", "generation": "3", "job": "j", "sequence": "7",
            "at": "1700000000000", "origin": "burst", "added": "[]", "removed": "[]",
        ]
        fields.merge(changes) { $1 }
        return fields.compactMap { name, text in text.map { (name, Array($0.utf8)) } }
    }

    @Test("What is written is read")
    func roundTrip() throws {
        var normalizer = EntityNormalizer(annotations: ["x": "y"])
        let entities = try (0..<Delta.maximumEntities).map { index in
            try normalizer.normalize(JSONText(EntityNormalizerTests.web.replacing("Web", with: "Web\(index)")))
        }
        let refs = try (0..<Delta.maximumEntities).map { try EntityRef(kind: "Group", name: "Team-\($0)") }
        let removed = JSON.array(refs.map { ["entityRef": .string($0.string), "locationKey": "k/é"] })
        let delta = try Delta(
            fields: Self.fields(["added": nil, "removed": removed.description]) + [
                ("added", Delta.addedJSON(entities, locationKey: "k\"1\n"))
            ]
        )
        #expect(delta.type == .delta && delta.provider == "p" && delta.job == "j" && delta.origin == .burst)
        #expect(delta.generation == 3 && delta.sequence == 7 && delta.at == 1_700_000_000_000)
        #expect(delta.added.map(\.entity) == entities)
        #expect(Set(delta.added.map(\.locationKey)) == ["k\"1\n"])
        #expect(delta.removed.map(\.entityRef) == refs)
        #expect(Set(delta.removed.map(\.locationKey)) == ["k/é"])
    }

    @Test("What is written is what Backstage's mutation takes")
    func format() throws {
        var normalizer = EntityNormalizer()
        let entity = try normalizer.normalize(JSONText(Self.entity))
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let item = #"{"entity":\#(Self.entity),"locationKey":"k"}"#
        #expect(text(Delta.addedJSON([Entity](), locationKey: "k")) == "[]")
        #expect(text(Delta.addedJSON([entity], locationKey: "k")) == "[\(item)]")
        #expect(text(Delta.addedJSON([entity, entity], locationKey: "k")) == "[\(item),\(item)]")
    }

    @Test("Every type and origin is read; arrays and origin may be absent, and an unknown field is passed over")
    func types() throws {
        for type in DeltaType.allCases {
            let delta = try Delta(
                fields: Self.fields([
                    "type": type.rawValue, "origin": nil, "added": nil, "removed": nil, "later": "{",
                ])
            )
            #expect(delta.type == type && delta.origin == nil && delta.added.isEmpty && delta.removed.isEmpty)
        }
        for origin in DeltaOrigin.allCases {
            #expect(try Delta(fields: Self.fields(["origin": origin.rawValue])).origin == origin)
        }
    }

    @Test("The trace in which it was published is read as it stands there, whatever it is")
    func trace() throws {
        let delta = try Delta(fields: Self.fields(["traceparent": "nonsense", "tracestate": "a=1"]))
        #expect(delta.traceparent == "nonsense" && delta.tracestate == "a=1")
        let none = try Delta(fields: Self.fields())
        #expect(none.traceparent == nil && none.tracestate == nil)
    }

    @Test("A body that another writer left in another order is canonical again, so that its digest can be compared")
    func canonicalAgain() throws {
        let added =
            #"[{"locationKey":"k","entity":{ "kind":"Component", "metadata":{"name":"Web"},"apiVersion":"v1"}}]"#
        let delta = try Delta(fields: Self.fields(["added": added]))
        var normalizer = EntityNormalizer()
        #expect(delta.added.first?.entity == (try normalizer.normalize(JSONText(Self.entity))))
    }

    @Test(
        "What is not version 1 is refused with the field at fault",
        arguments: [
            ("v", nil), ("v", "2"), ("v", ""), ("type", nil), ("type", "Delta"), ("provider", nil), ("generation", nil),
            ("generation", "-1"), ("generation", "x"), ("generation", "9223372036854775808"), ("job", nil),
            ("sequence", ""), ("sequence", "1.5"), ("at", nil), ("at", "now"), ("origin", "nobody"), ("origin", ""),
            ("added", ""), ("added", "{}"), ("added", "[1]"), ("added", "[{}]"), ("added", #"[{"entity":1}]"#),
            ("added", #"[{"entity":{},"locationKey":"k"}]"#), ("added", #"[{"entity":\#(entity)}]"#),
            ("added", #"[{"entity":\#(entity),"locationKey":null}]"#),
            ("added", "[" + String(repeating: "[", count: 200)),
            (
                "added",
                "[" + Array(repeating: #"{"entity":\#(entity),"locationKey":"k"}"#, count: 501).joined(separator: ",")
                    + "]"
            ),
            ("removed", "null"), ("removed", #"["component:default/web"]"#),
            ("removed", #"[{"entityRef":"web","locationKey":"k"}]"#),
            ("removed", #"[{"entityRef":"component:default/web"}]"#),
            ("removed", #"[{"entityRef":1,"locationKey":"k"}]"#),
            (
                "removed",
                "[" + Array(repeating: #"{"entityRef":"a:b/c","locationKey":"k"}"#, count: 501).joined(separator: ",")
                    + "]"
            ),
        ] as [(String, String?)]
    )
    func refused(field: String, text: String?) {
        let error = #expect(throws: DeltaError.self) { try Delta(fields: Self.fields([field: text])) }
        #expect(error?.field == field)
        #expect(error?.description.contains(field) == true)
        #expect((error?.message.count ?? 0) < 500)
    }

    @Test("A field longer than any entry may be is refused before it is read")
    func size() {
        let padded = "[" + String(repeating: " ", count: DeltaReader.maximumFieldBytes) + "]"
        let error = #expect(throws: DeltaError.self) { try Delta(fields: Self.fields(["added": padded])) }
        #expect(error?.field == "added")
    }
}
