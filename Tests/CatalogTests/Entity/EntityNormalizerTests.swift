import Testing

@testable import Catalog

@Suite struct EntityNormalizerTests {
    static let web = """
        { "kind": "Component", "apiVersion": "backstage.io/v1alpha1",
          "metadata": { "name": "Web", "tags": ["b"], "description": "x\\n\\u0041", "annotations": { "b": "2", "a": "1" } },
          "spec": { "z": 1, "y": [1.5, true, null] } }
        """

    @Test("The body is compact and sorted, with annotations forced and defaulted")
    func canonical() throws {
        var normalizer = EntityNormalizer(
            annotations: ["b": "forced", "c": "new"],
            defaultAnnotations: ["a": "default", "d": "default"]
        )
        let entity = try normalizer.normalize(JSONText(Self.web))
        #expect(entity.ref.string == "component:default/web")
        #expect(
            String(decoding: entity.body, as: UTF8.self) == """
                {"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"annotations":{"a":"1","b":"forced",\
                "c":"new","d":"default"},"description":"x\\nA","name":"Web","tags":["b"]},"spec":{"y":[1.5,true,null],"z":1}}
                """
        )
    }

    @Test("U8: one invalid entity is rejected alone, with its ref when it has one, and the next is read")
    func rejectedAlone() throws {
        var normalizer = EntityNormalizer()
        let bad = Self.web.replacing("[\"b\"]", with: "[\"b\", \"Not A Tag\"]")
        let rejection = try #require(throws: EntityRejection.self) { try normalizer.normalize(JSONText(bad)) }
        #expect(rejection.ref?.string == "component:default/web")
        #expect(rejection.field == "metadata.tags[1]")
        #expect(rejection.reason.contains("\"Not A Tag\""))
        #expect(try normalizer.normalize(JSONText(Self.web)).ref.string == "component:default/web")
    }
}
