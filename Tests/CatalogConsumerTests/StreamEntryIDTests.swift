import CatalogConsumer
import Testing

@Suite struct StreamEntryIDTests {
    @Test(arguments: ["0-0", "1700000000000-12", "18446744073709551615-18446744073709551615"])
    func roundTrip(text: String) throws {
        let id = try #require(StreamEntryID(text))
        #expect(id.description == text)
    }

    @Test(arguments: ["", "1", "1-", "-1", "1-2-3", "a-1", "1-18446744073709551616", "$", "1 - 2"])
    func refused(text: String) {
        #expect(StreamEntryID(text) == nil)
    }

    @Test func orderIsThatOfNumbersNotOfText() throws {
        let ids = ["9-9", "9-10", "10-0", "10-1"].compactMap(StreamEntryID.init)
        #expect(ids.count == 4)
        #expect(ids.shuffled().sorted() == ids)
    }
}
