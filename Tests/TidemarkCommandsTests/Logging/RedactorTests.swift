import Testing

@testable import TidemarkCommands

@Suite struct RedactorTests {
    @Test func longestFirst() {
        #expect(Redactor(["secret", "secret-longer"]).redact("secret-longer secret") == "*** ***")
    }

    @Test("A short value is a word like any other")
    func shortValuesStay() {
        #expect(Redactor(["a", "one", ""]).redact("a one") == "a one")
    }
}
