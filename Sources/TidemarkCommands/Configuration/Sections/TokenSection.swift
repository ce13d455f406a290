internal import Administration
internal import Catalog

/// One entry of `http.tokens`: what a token is good for, and its hash.
struct TokenSection: Sendable {
    var scope = Scope.read
    var sha256 = ""

    static let schema = Schema.record(
        { TokenSection() },
        [
            Field("scope", .word, required: true, \.scope, "read: to look. manage: to look and to act."),
            Field(
                "sha256",
                hash,
                required: true,
                \.sha256,
                "The SHA-256 of the token, as `tidemark token create` prints it: never the token itself."
            ),
        ]
    )

    /// All tokens, by name.
    static let mapSchema = Schema.map(of: schema, name: nameRule, namePattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")
        .map { entries in
            entries.compactMap { AccessToken(name: $0.name, scope: $0.value.scope, sha256: $0.value.sha256) }
        }

    private static let hash = Schema<String>(
        json: ["type": "string", "pattern": "^([0-9a-fA-F]{64}|\\$\\{[A-Za-z_][A-Za-z0-9_]*\\})$"],
        decode: Schema<String>.nonEmptyString.decode
    ).checked { text in
        AccessToken(name: "", scope: .read, sha256: text) == nil
            ? Finding(
                message: "is not the SHA-256 of a token: 64 hexadecimal digits",
                mend: "`tidemark token create` makes a token and prints its hash"
            ) : nil
    }

    private static let nameRule: @Sendable (String) -> Finding? = { name in
        ProviderName.isValid(name)
            ? nil
            : Finding(
                message: "`\(name)` cannot name a token",
                mend: "use letters, digits, dots, dashes and underscores, at most 63, a letter or digit first"
            )
    }
}
