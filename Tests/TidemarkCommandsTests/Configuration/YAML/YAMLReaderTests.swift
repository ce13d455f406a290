import Catalog
import Testing

@testable import TidemarkCommands

@Suite struct YAMLReaderTests {
    private func read(_ text: String, _ environment: [String: String] = [:]) -> (JSON?, [ConfigurationProblem]) {
        var reader = YAMLReader(text, environment: environment)
        let root = reader.read()
        return (root?.json, reader.problems)
    }

    @Test func variablesStandUnquotedInFlowMappings() {
        let (json, problems) = read("{a: ${A}, b: [${B}, '${A}'], c: \"$${A}\"}", ["A": "1", "B": "x: {y}"])
        #expect(problems.isEmpty)
        #expect(json == ["a": 1, "b": ["x: {y}", "1"], "c": "${A}"])
    }

    @Test func mergeKeysGiveWhatIsNotSaid() {
        let (json, problems) = read(
            """
            base: &base {x: 1, y: 1}
            other: &other {y: 2, z: 2}
            merged: {<<: [*base, *other], x: 0}
            """
        )
        #expect(problems.isEmpty)
        #expect(json?["merged"] == ["x": 0, "y": 1, "z": 2])
    }

    @Test func aliasesThatMultiplyAreRefused() {
        let lines = (1...9).map {
            "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ","))]"
        }
        let (_, problems) = read("a0: &a0 [x]\n" + lines.joined(separator: "\n"))
        #expect(problems.map(\.message) == ["the file has more than 200,000 values"])
    }

    @Test func twoDocumentsAreRefused() {
        let (json, problems) = read("a: 1\n---\nb: 2\n")
        #expect(json == nil)
        #expect(problems.first?.place == Place(line: 2, column: 1))
    }

    @Test func aBrokenCharacterHasItsPlace() {
        let (_, problems) = read("a: 1\nb: \u{1}\n")
        #expect(problems.map(\.place) == [Place(line: 2, column: 4)])
    }
}
