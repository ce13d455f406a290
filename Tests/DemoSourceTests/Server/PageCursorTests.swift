import Testing

@testable import DemoSource

@Suite("Cursors")
struct PageCursorTests {
    @Test("A cursor is read as it was written, and is safe in a URL", arguments: 0..<40)
    func roundTrip(number: Int) throws {
        let cursor = PageCursor(list: .packages, revision: 2, position: number * 997, end: 63_666 + number)
        let text = try cursor.text
        #expect(PageCursor(text: text) == cursor)
        #expect(text.wholeMatch(of: /[-_A-Za-z0-9]+/) != nil)
    }

    @Test(
        "What is no cursor is refused",
        arguments: [
            "", "x", "not base64!", "e30", "bnVsbA",
            // {"list":"packages","revision":1,"position":5,"end":4} and {"list":"secrets","revision":1,"position":0,"end":4}
            "eyJsaXN0IjoicGFja2FnZXMiLCJyZXZpc2lvbiI6MSwicG9zaXRpb24iOjUsImVuZCI6NH0",
            "eyJsaXN0Ijoic2VjcmV0cyIsInJldmlzaW9uIjoxLCJwb3NpdGlvbiI6MCwiZW5kIjo0fQ",
        ]
    )
    func refused(text: String) {
        #expect(PageCursor(text: text) == nil)
    }
}
