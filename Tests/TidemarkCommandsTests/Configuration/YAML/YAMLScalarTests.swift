import Catalog
import Testing

@testable import TidemarkCommands

@Suite struct YAMLScalarTests {
    @Test(arguments: [
        ("true", JSON.bool(true)), ("no", "no"), ("on", "on"), ("~", .null), ("", .null), ("null", .null),
        ("12", 12), ("-7", -7), ("1_000", "1_000"), ("1.5", 1.5), ("1e3", 1_000.0), ("0x10", "0x10"), ("nan", "nan"),
        ("2024-01-01", "2024-01-01"), (".", "."), ("-", "-"), ("99999999999999999999", .number(1e20)),
    ])
    func plainTextIsRead(_ text: String, _ value: JSON) {
        #expect(YAMLScalar(text: text, isPlain: true).value == value)
    }

    @Test(arguments: ["true", "12", "~", ""])
    func quotedTextIsText(_ text: String) {
        #expect(YAMLScalar(text: text, isPlain: false).value == .string(text))
    }

    @Test func anEmptyVariableIsNotNothing() {
        #expect(YAMLScalar(text: "", isPlain: true, isInterpolated: true).value == "")
    }

    @Test func whatMayBeSecretIsNotShown() {
        #expect(
            YAMLScalar(text: "t0ken", isPlain: true, isInterpolated: true).found(hidingText: false) == "another value"
        )
        #expect(YAMLScalar(text: "t0ken", isPlain: true).found(hidingText: true) == "another value")
        #expect(YAMLScalar(text: "t0ken", isPlain: true).found(hidingText: false) == "the text `t0ken`")
    }
}
