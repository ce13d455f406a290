import Testing

@testable import TidemarkCommands

@Suite struct VariableShieldTests {
    @Test(arguments: [
        "a: {b: ${C}}", "${A}${B}", "$ {", "${unclosed\n}", "no variables at all", "$${A}", "${a{b}}", "$", "${",
        "é ${X} 漢",
    ])
    func isReversibleAndKeepsPlaces(_ text: String) {
        let shield = VariableShield(text)
        #expect(shield.restore(shield.text) == text)
        #expect(shield.text.unicodeScalars.count == text.unicodeScalars.count)
    }

    @Test func privateCharactersOfTheFileStay() {
        let text = "icon: \u{E000} key: ${X} \u{E001}"
        let shield = VariableShield(text)
        #expect(shield.restore(shield.text) == text)
    }
}
