import Catalog
import Testing

@testable import CatalogConsumer

@Suite struct SearchTextTests {
    private func read(_ body: String) throws -> SearchText {
        var document = JSONDocument()
        return try SearchText(of: Array(body.utf8), parsedBy: &document)
    }

    @Test func takesTheWordsOfTheMetadata() throws {
        let text = try read(
            #"{"metadata":{"title":"Tïtle","description":"a \"b\"","tags":["x","y"],"name":"n"},"title":"not this"}"#
        )
        #expect(String(decoding: text.title, as: UTF8.self) == "Tïtle")
        #expect(String(decoding: text.description, as: UTF8.self) == "a \"b\"")
        #expect(String(decoding: text.tags, as: UTF8.self) == "x y ")
    }

    @Test(arguments: [
        "{}", #"{"metadata":null}"#, #"{"metadata":{"title":1,"description":{},"tags":"x"}}"#,
        #"{"metadata":{"tags":[1,null]}}"#,
    ])
    func whatIsNoTextIsLeftOut(body: String) throws {
        let text = try read(body)
        #expect(text.title.isEmpty && text.description.isEmpty && text.tags.isEmpty)
    }
}
