import Catalog
import Testing

@testable import TidemarkCommands

@Suite struct YAMLTextTests {
    @Test func isShortAndReadable() {
        let value: JSON = [
            "kind": "Component", "spec": ["list": ["a", ["k": 1, "l": [true]], []], "empty": [:]],
            "metadata": ["name": "a", "version": "1.0", "answer": "no", "text": "a: b", "nothing": nil],
        ]
        #expect(
            YAMLText.lines(value).joined(separator: "\n") == """
                kind: Component
                metadata:
                  answer: "no"
                  name: a
                  nothing: null
                  text: "a: b"
                  version: "1.0"
                spec:
                  empty: {}
                  list:
                    - a
                    - k: 1
                      l:
                        - true
                    - []
                """
        )
    }

    @Test func aTextOfSeveralLinesIsABlock() {
        #expect(
            YAMLText.lines(["query": "{\n  a\n}", "list": ["x\ny\n"]]) == [
                "list:", "  - |", "    x", "    y", "query: |-", "  {", "    a", "  }",
            ]
        )
    }

    @Test(
        "What is shown as YAML is read back as the JSON it was",
        arguments: [
            "", " ", "-", "- a", "#", "a #b", "a:", "a: b", "true", "null", "~", "12", "1.5", "'x'", "\"", "{}", "[a]",
            "%", "@a",
            "line\nbreak", "é 漢", "*a", "&a", "!t", "|", ">", "?", ": a", "a,b", "Yes", "2024-01-01", "=", "<<",
            "\u{7}", "a\n\n  b\n", "a\n", "a\n\n", "\na", " a\nb", "a\n \nb", "a \nb", "a\tb\n\tc", "# a\n- b: c\n...",
            "a\rb\nc",
            "---\nb", "%a\nb",
        ]
    )
    func isReadBack(_ text: String) throws {
        let value: JSON = ["key": .string(text), "list": [.string(text)], "nested": ["x": [["y": .string(text)]]]]
        var reader = YAMLReader(YAMLText.lines(value).map { $0 + "\n" }.joined(), environment: [:])
        let root = reader.read()
        #expect(reader.problems == [])
        #expect(root?.json == value)
    }
}
