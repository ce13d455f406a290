import Ingestion
import Testing

@Suite struct SecretsTests {
    private let secrets = Secrets([#"t0ken/"with+all"#], hiding: ["eu-central-1", "short"])

    @Test(
        "a secret is hidden in each of its forms, and where a text's end cuts it",
        arguments: [
            (#"Bearer t0ken/"with+all!"#, "Bearer ***!"), (#"{"a":"t0ken/\"with+all"}"#, #"{"a":"***"}"#),
            ("?key=t0ken%2F%22with%2Ball&x", "?key=***&x"), ("in eu-central-1, eu-central-1", "in ***, ***"),
            (#"cut: t0ken/"wit"#, "cut: ***"), (#"cut: t0ken/"wit…"#, "cut: ***…"), ("a t0ken", "a t0ken"),
            ("short stays, as a word", "short stays, as a word"), ("", ""),
        ]
    )
    func hidden(_ text: String, _ expected: String) {
        #expect(secrets.redacting(text) == expected)
    }

    @Test("nothing is secret unless it is said to be")
    func none() {
        #expect(Secrets.none.redacting("anything") == "anything")
    }
}
