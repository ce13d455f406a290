import Testing

@testable import Catalog

@Suite struct EntityRejectionTests {
    @Test("Reason and excerpt are capped, however long the value, and the excerpt splits no character")
    func capped() {
        var normalizer = EntityNormalizer()
        let long = String(repeating: "é", count: 5000)
        let text = #"{"apiVersion":"v1","kind":"A","metadata":{"name":"\#(long)"}}"#
        let rejection = #expect(throws: EntityRejection.self) { try normalizer.normalize(JSONText(text)) }
        #expect((rejection?.reason.count ?? 0) <= 1000)
        #expect(rejection?.reason.contains("ééé…") == true)
        #expect((1998...2000).contains(rejection?.excerpt.utf8.count ?? 0))
        #expect(rejection?.excerpt.contains("\u{FFFD}") == false)
    }

    @Test("A label's long key does not fill the reason")
    func longKey() {
        var normalizer = EntityNormalizer()
        let key = String(repeating: "k", count: 100_000)
        let text = #"{"apiVersion":"v1","kind":"A","metadata":{"name":"b","labels":{"\#(key)":"x"}}}"#
        let rejection = #expect(throws: EntityRejection.self) { try normalizer.normalize(JSONText(text)) }
        #expect((rejection?.field.count ?? 0) < 150)
        #expect(rejection?.ref?.string == "a:default/b")
    }

    @Test("Nor does an unknown root key, of however many marks on one letter")
    func longRootKey() {
        var normalizer = EntityNormalizer()
        let key = "e" + String(repeating: "\u{301}", count: 100_000)
        let text = #"{"apiVersion":"v1","kind":"A","metadata":{"name":"b"},"\#(key)":1}"#
        let rejection = #expect(throws: EntityRejection.self) { try normalizer.normalize(JSONText(text)) }
        #expect((rejection?.reason.utf8.count ?? 0) < 300)
        #expect((rejection?.excerpt.utf8.count ?? 0) <= 2000)
    }

    @Test("Bytes that are not UTF-8 still have an excerpt")
    func encoding() {
        var normalizer = EntityNormalizer()
        let rejection = #expect(throws: EntityRejection.self) {
            try normalizer.normalize(JSONText(bytes: Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8)))
        }
        #expect(rejection?.excerpt == "{\"a\":\"\u{FFFD}\"}")
        #expect(rejection?.reason == "a byte that is not UTF-8, at byte 6")
    }
}
