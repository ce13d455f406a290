import Ingestion
import TestSupport
import Testing

@Suite struct ProviderTests {
    private let source = TestSource(names: [String]())

    @Test(
        "a name is 1 to 63 plain characters",
        arguments: ["a", "github-repositories", "A.b_c-1", String(repeating: "x", count: 63)]
    )
    func validNames(name: String) throws {
        try Provider(name: name, source: source).validate()
    }

    @Test(
        "a name that could be mistaken in a key is refused",
        arguments: ["", "a:b", "a b", "a/b", "a*", "{a}", "-a", "é", String(repeating: "x", count: 64)]
    )
    func invalidNames(name: String) {
        #expect(throws: ProviderError.self) { try Provider(name: name, source: source).validate() }
    }

    @Test("limits are checked", arguments: [-1.0, 100.1, .nan])
    func percentage(value: Double) {
        var provider = Provider(name: "a", source: source)
        provider.rejectRemovalsAbovePercentage = value
        #expect(throws: ProviderError.self) { try provider.validate() }
    }
}
