import Testing

@testable import Redis

@Suite("PercentEncoding")
struct PercentEncodingTests {
    @Test(
        "decodes",
        arguments: [("", ""), ("a+b", "a+b"), ("%41%6a%6A", "Ajj"), ("%C3%A9", "é"), ("100%25", "100%")]
    )
    func decodes(encoded: String, decoded: String) {
        #expect(PercentEncoding.decode(encoded.utf8) == decoded)
    }

    @Test("refuses", arguments: ["%", "%4", "%4x", "%zz", "%FF"])
    func refuses(encoded: String) {
        #expect(PercentEncoding.decode(encoded.utf8) == nil)
    }
}
