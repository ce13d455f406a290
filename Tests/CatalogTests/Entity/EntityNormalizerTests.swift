import Testing

@testable import Catalog

@Suite struct EntityNormalizerTests {
    static let web = """
        { "kind": "Component", "apiVersion": "backstage.io/v1alpha1",
          "metadata": { "name": "Web", "tags": ["b"], "description": "x\\n\\u0041", "annotations": { "b": "2", "a": "1" } },
          "spec": { "z": 1, "y": [1.5, true, null] } }
        """

    private func normalized(
        _ text: String,
        annotations: [String: String] = [:],
        defaults: [String: String] = [:]
    ) throws -> Entity {
        var normalizer = EntityNormalizer(annotations: annotations, defaultAnnotations: defaults)
        return try normalizer.normalize(JSONText(text))
    }

    @Test("The body is compact and sorted, with annotations forced and defaulted")
    func canonical() throws {
        let entity = try normalized(
            Self.web,
            annotations: ["b": "forced", "c": "new"],
            defaults: ["a": "default", "d": "default"]
        )
        #expect(entity.ref.string == "component:default/web")
        #expect(
            String(decoding: entity.body, as: UTF8.self) == """
                {"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"annotations":{"a":"1","b":"forced",\
                "c":"new","d":"default"},"description":"x\\nA","name":"Web","tags":["b"]},"spec":{"y":[1.5,true,null],"z":1}}
                """
        )
    }

    @Test(
        "Annotations have their place among the other keys of the metadata",
        arguments: [
            (#"{"name":"b"}"#, #"{"annotations":{"k\"":"v\n"},"name":"b"}"#),
            (#"{"name":"b","annotations":{}}"#, #"{"annotations":{"k\"":"v\n"},"name":"b"}"#),
            (#"{"name":"b","aa":1,"b":2}"#, #"{"aa":1,"annotations":{"k\"":"v\n"},"b":2,"name":"b"}"#),
            (
                #"{"annotation":1,"annotationsx":2,"name":"b"}"#,
                #"{"annotation":1,"annotations":{"k\"":"v\n"},"annotationsx":2,"name":"b"}"#
            ),
            (
                #"{"annotations":{"z":"1"},"name":"b","annotations":{"y":"2"}}"#,
                #"{"annotations":{"k\"":"v\n","y":"2"},"name":"b"}"#
            ),
        ]
    )
    func annotations(metadata: String, expected: String) throws {
        let entity = try normalized(
            #"{"apiVersion":"v1","kind":"A","metadata":\#(metadata)}"#,
            annotations: ["k\"": "v\n"]
        )
        #expect(
            String(decoding: entity.body, as: UTF8.self) == #"{"apiVersion":"v1","kind":"A","metadata":\#(expected)}"#
        )
    }

    @Test("Without annotations to merge, an entity without annotations stays without")
    func noAnnotations() throws {
        let text = #"{"apiVersion":"v1","kind":"A","metadata":{"name":"b"}}"#
        #expect(try normalized(text).body == Array(text.utf8))
    }

    @Test("The body and its digest do not depend on the order of keys, white space or escapes", arguments: 0..<4)
    func independent(seed: UInt64) throws {
        var generator = JSONGenerator(seed: seed)
        for _ in 0..<30 {
            let value: JSON = [
                "apiVersion": "v1", "kind": "A", "status": [:], "relations": [],
                "metadata": ["name": "b", "labels": ["x": "y", "a": "b"], "custom": generator.value()],
                "spec": ["v": generator.value(), "w": generator.value()],
            ]
            let (first, second) = (generator.text(of: value), generator.text(of: value))
            let (one, other) = (
                try normalized(first, annotations: ["z": "1"]), try normalized(second, annotations: ["z": "1"])
            )
            #expect(one == other)
            #expect(one.digest == other.digest)
            #expect(try JSON(parsing: one.body)["spec"] == value["spec"])
            #expect(try normalized(String(decoding: one.body, as: UTF8.self)) == one)
        }
    }

    @Test("U8: one invalid entity is rejected alone, and those around it are read")
    func rejectedAlone() throws {
        var normalizer = EntityNormalizer()
        let page = [
            Self.web, "{", Self.web, "[]", Self.web.replacing("\"Web\"", with: "\"W b\""), "\u{0}", "", Self.web,
            Self.web.replacing("[\"b\"]", with: "[\"b\", \"Not A Tag\"]"), Self.web,
        ]
        var (refs, rejections): ([String], [EntityRejection]) = ([], [])
        for text in page {
            do throws(EntityRejection) {
                refs.append(try normalizer.normalize(JSONText(text)).ref.string)
            } catch { rejections.append(error) }
        }
        #expect(refs == Array(repeating: "component:default/web", count: 4))
        #expect(rejections.map { $0.ref?.string } == [nil, nil, nil, nil, nil, "component:default/web"])
        #expect(rejections.map(\.field) == ["", "", "metadata.name", "", "", "metadata.tags[1]"])
        #expect(rejections[0].reason == "a key in quotes is expected, at byte 1")
        #expect(rejections[1].reason == "an array: an entity is a JSON object")
        #expect(
            rejections[5].description.hasPrefix(
                "component:default/web: metadata.tags[1] is \"Not A Tag\": expected 1 to"
            )
        )
    }

    @Test("A body of 1 MiB is taken, one byte more is rejected with its ref")
    func size() throws {
        func text(_ length: Int) -> String {
            let start = #"{"apiVersion":"v1","kind":"A","metadata":{"name":"b"},"spec":{"x":""#
            return start + String(repeating: "x", count: length - start.utf8.count - 3) + "\"}}"
        }
        #expect(try normalized(text(Entity.maximumBytes)).body.count == 1_048_576)
        let rejection = #expect(throws: EntityRejection.self) { try normalized(text(Entity.maximumBytes + 1)) }
        #expect(rejection?.ref?.string == "a:default/b")
        #expect(rejection?.reason.contains("1048577 bytes") == true)
        #expect(rejection?.excerpt.count == EntityRejection.maximumExcerpt)
        // White space does not count.
        #expect(try normalized(text(Entity.maximumBytes) + String(repeating: " ", count: 100)).body.count == 1_048_576)
    }
}
