import Catalog
import Testing

@testable import EntitySources

@Suite struct TemplateTests {
    @Test(arguments: [
        ("plain", ["plain"], []), (#"\(.cursor)"#, [], [".cursor"]), (#"a\(.x)b\(.y)"#, ["a", "b"], [".x", ".y"]),
        (#"\(f(1; (2)))"#, [], ["f(1; (2))"]), (#"\(")")"#, [], [#"")""#]),
        (#"\("\(1 + (2))" | f)!"#, ["!"], [#""\(1 + (2))" | f"#]),
        (#"\("\")" )"#, [], [#""\")" "#]), ("\\(1 # )\n)", [], ["1 # )\n"]), (#"C:\dir"#, [#"C:\dir"#], []),
        ("", [], []),
    ])
    func parts(_ text: String, _ texts: [String], _ expressions: [String]) throws {
        let template = try Template(text, field: "f")
        #expect(template.expressions.map(\.text) == expressions)
        #expect(template.parts.compactMap { if case .text(let text) = $0 { text } else { nil } } == texts)
    }

    @Test(arguments: [#"\("#, #"a\(.x"#, #"\(")"#, #"\("\(1)"#, "\\(1 # )", #"\("\"#])
    func unclosed(_ text: String) {
        let error = #expect(throws: SourceConfigurationError.self) { try Template(text, field: "query.q") }
        #expect(error?.field == "query.q")
    }

    @Test func valuesKeepTheirTypeWhereTheyAreAll() throws {
        let template = try JSONTemplate(
            ["a": #"\(.n)"#, "b": [#"n=\(.n), \(.n)"#, true], "c": 1],
            field: "body"
        )
        #expect(template.expressions.count == 3)
        for (value, text) in [(JSON.integer(5), "5"), (.null, "null"), ("x", "x")] {
            let result = template.value { _ in value }
            #expect(result == ["a": value, "b": [.string("n=\(text), \(text)"), true], "c": 1])
        }
    }

    @Test func fieldsAreNamedByTheirPlace() throws {
        let template = try JSONTemplate(["a": ["x", #"\(.n)"#]], field: "body")
        #expect(template.expressions.map(\.field) == ["body.a[1]"])
    }
}
