import Testing

@testable import Catalog

/// The rules of the envelope, each broken in an otherwise valid entity.
@Suite struct EntityValidationTests {
    static let base: JSON = [
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": ["name": "web"], "spec": ["type": "x"],
    ]

    private func entity(_ path: [String], _ value: JSON?) -> JSONText {
        var entity = Self.base
        if path.count == 1 {
            entity[path[0]] = value
        } else {
            var metadata = entity[path[0]] ?? nil
            metadata[path[1]] = value
            entity[path[0]] = metadata
        }
        return JSONText(entity)
    }

    static let fine: [([String], JSON?)] = [
        (["spec"], nil), (["spec"], [:]), (["relations"], []), (["status"], ["items": []]),
        (["metadata", "namespace"], "payments"), (["metadata", "uid"], "1"), (["metadata", "etag"], "x"),
        (["metadata", "title"], "Web ✓"), (["metadata", "description"], ""), (["metadata", "labels"], [:]),
        (["metadata", "labels"], ["a/b": "", "c": "D_1"]),
        (["metadata", "annotations"], ["a/b": "anything at all \n"]),
        (["metadata", "tags"], []), (["metadata", "tags"], ["a", "c++"]), (["metadata", "links"], []),
        (["metadata", "links"], [["url": "https://a", "title": "A", "icon": "x-y", "type": "t", "other": 1]]),
        (["metadata", "anything"], [1, 2]), (["metadata", "generation"], 3),
    ]

    @Test("What the envelope leaves open is accepted", arguments: fine)
    func accepted(path: [String], value: JSON?) throws {
        var normalizer = EntityNormalizer()
        _ = try normalizer.normalize(entity(path, value))
    }

    static let long = JSON.string(String(repeating: "a", count: 64))
    static let broken: [([String], JSON?, String, String)] = [
        (["apiVersion"], nil, "apiVersion", "missing"), (["apiVersion"], 1, "apiVersion", "is 1"),
        (["apiVersion"], "a/b/c", "apiVersion", "\"a/b/c\""), (["kind"], nil, "kind", "missing"),
        (["kind"], "", "kind", "letter first"), (["kind"], long, "kind", "1 to 63"),
        (["kind"], nil as JSON, "kind", "null"),
        (["metadata"], nil, "metadata", "missing"), (["metadata"], [], "metadata", "an array"),
        (["metadata", "name"], nil, "metadata.name", "missing"),
        (["metadata", "name"], "a b", "metadata.name", "\"a b\""),
        (["metadata", "name"], long, "metadata.name", "1 to 63"),
        (["metadata", "name"], ["x": 1], "metadata.name", "object"),
        (["metadata", "namespace"], "Default", "metadata.namespace", "a-z"),
        (["metadata", "namespace"], JSON.null, "metadata.namespace", "null"),
        (["metadata", "namespace"], "", "metadata.namespace", "1 to 63"),
        (["metadata", "uid"], "", "metadata.uid", "not empty"), (["metadata", "uid"], 1, "metadata.uid", "string"),
        (["metadata", "etag"], "", "metadata.etag", "not empty"),
        (["metadata", "etag"], false, "metadata.etag", "false"),
        (["metadata", "title"], "", "metadata.title", "not empty"),
        (["metadata", "title"], [], "metadata.title", "array"),
        (["metadata", "description"], JSON.null, "metadata.description", "string"),
        (["metadata", "labels"], [], "metadata.labels", "object of strings"),
        (["metadata", "labels"], ["a b": "x"], #"metadata.labels["a b"]"#, "malformed key"),
        (["metadata", "labels"], ["a": "x y"], #"metadata.labels["a"]"#, "\"x y\""),
        (["metadata", "labels"], ["a": long], #"metadata.labels["a"]"#, "at most 63"),
        (["metadata", "labels"], ["a": 1], #"metadata.labels["a"]"#, "a string"),
        (["metadata", "annotations"], "x", "metadata.annotations", "object of strings"),
        (["metadata", "annotations"], ["a/b/c": "x"], #"metadata.annotations["a/b/c"]"#, "DNS subdomain"),
        (["metadata", "annotations"], ["a": true], #"metadata.annotations["a"]"#, "true"),
        (["metadata", "tags"], "a", "metadata.tags", "array of strings"),
        (["metadata", "tags"], ["a", "B"], "metadata.tags[1]", "\"B\""),
        (["metadata", "tags"], ["a", 1], "metadata.tags[1]", "is 1"),
        (["metadata", "tags"], [long], "metadata.tags[0]", "63"),
        (["metadata", "links"], [:], "metadata.links", "array of objects"),
        (["metadata", "links"], ["x"], "metadata.links[0]", "object with a url"),
        (["metadata", "links"], [["url": "https://a"], ["title": "x"]], "metadata.links[1].url", "missing"),
        (["metadata", "links"], [["url": "a.com"]], "metadata.links[0].url", "absolute URL"),
        (["metadata", "links"], [["url": "https://a", "title": " "]], "metadata.links[0].title", "blank"),
        (["metadata", "links"], [["url": "https://a", "title": 1]], "metadata.links[0].title", "is 1"),
        (["metadata", "links"], [["url": "https://a", "icon": "a b"]], "metadata.links[0].icon", "\"a b\""),
        (["metadata", "links"], [["url": "https://a", "type": ""]], "metadata.links[0].type", "not empty"),
        (["metadata", "links"], [["url": "https://a", "type": JSON.null]], "metadata.links[0].type", "null"),
        (["spec"], JSON.null, "spec", "object"), (["spec"], "x", "spec", "object"),
        (["relations"], [:], "relations", "array"),
        (["status"], "ok", "status", "object"), (["foo"], 1, "foo", "apiVersion, kind, metadata"),
    ]

    @Test(
        "U8: what breaks a rule is rejected with its field, its value and the rule, and its ref if it has one",
        arguments: broken
    )
    func rejected(path: [String], value: JSON?, field: String, says: String) {
        var normalizer = EntityNormalizer()
        let text = entity(path, value)
        let rejection = #expect(throws: EntityRejection.self) { try normalizer.normalize(text) }
        #expect(rejection?.field == field)
        #expect(rejection?.reason.contains(says) == true, "\(rejection?.reason ?? "")")
        #expect(rejection?.excerpt == text.description)
        let hasNoRef =
            field == "kind" || field == "metadata" || ["metadata.name", "metadata.namespace"].contains(field)
        #expect((rejection?.ref == nil) == hasNoRef)
    }

    @Test("Of duplicate keys the last is checked, as it is the one that is written")
    func duplicates() throws {
        var normalizer = EntityNormalizer()
        let text = """
            {"kind":1,"kind":"A","apiVersion":"v1","metadata":null,"metadata":{"name":"","name":"b","tags":1,"tags":[]}}
            """
        let entity = try normalizer.normalize(JSONText(text))
        #expect(
            String(decoding: entity.body, as: UTF8.self)
                == #"{"apiVersion":"v1","kind":"A","metadata":{"name":"b","tags":[]}}"#
        )
    }
}
