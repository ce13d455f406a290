import Testing

@testable import EntitySources

@Suite struct ActiveDirectoryTests {
    @Test func guids() {
        let bytes: [UInt8] = [
            0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
        ]
        #expect(ActiveDirectory.guid(bytes) == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(ActiveDirectory.guid([1]) == nil)
    }

    @Test func sids() {
        let bytes: [UInt8] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0]
        #expect(ActiveDirectory.sid(bytes) == "S-1-5-32-544")
        #expect(ActiveDirectory.sid(Array(bytes.dropLast())) == nil)
    }

    @Test("values become text: identifiers their own, bytes base64, names as they were asked for")
    func values() {
        let values = AttributeValues(asked: ["mail", "objectSid"], binary: ["logo"])
        #expect(values.spelling(of: "MAIL") == "mail")
        #expect(values.spelling(of: "Other") == "Other")
        #expect(values.text(of: [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], in: "OBJECTSID") == "S-1-1-0")
        #expect(values.text(of: [0xFF, 0], in: "Logo") == "/wA=")
        #expect(values.text(of: [0xFF], in: "userCertificate;binary") == "/w==")
        #expect(values.text(of: Array("é".utf8), in: "cn;lang-fr") == "é")
        #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy")
    }

    @Test("windows of update numbers: wider where they are empty, narrower where they are full")
    func windows() {
        let window = UpdateWindow(server: "dc1", invocation: "a", from: 100, width: 100)
        #expect(window.next(after: 0, aim: 500).from == 200 && window.next(after: 0, aim: 500).width == 800)
        #expect(window.next(after: 400, aim: 500).width == 100)
        #expect(window.narrower(highest: 1_000)?.width == 25)
        #expect(UpdateWindow(server: "dc1", invocation: "a", from: 100, width: 1).narrower(highest: 1_000) == nil)
        #expect(window.filter(within: "(a=b)", highest: 1_000) == "(&(a=b)(uSNChanged>=100)(uSNChanged<=199))")
        // The last has no end: what changes meanwhile moves up.
        #expect(window.filter(within: "(a=b)", highest: 199) == "(&(a=b)(uSNChanged>=100))")
        #expect(UpdateWindow(window.json) == window)
    }
}
