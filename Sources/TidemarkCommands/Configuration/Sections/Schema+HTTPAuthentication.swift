internal import EntitySources

/// A name and a secret, for the kinds of `auth` that have both.
private struct Credential: Sendable {
    var name = ""
    var secret = Secret("")

    static func schema(
        _ nameKey: String,
        _ nameHelp: String,
        _ secretKey: String,
        _ secretHelp: String
    ) -> Schema<Credential> {
        .record(
            { Credential() },
            [
                Field(nameKey, .nonEmptyString, required: true, \.name, nameHelp),
                Field(secretKey, .secret, required: true, \.secret, secretHelp),
            ]
        )
    }
}

extension Schema where Value == HTTPSource.Authentication {
    /// `source.http.auth`.
    static var httpAuthentication: Schema {
        let basic = Credential.schema("user", "The user.", "password", "The password: ${NAME} or file:PATH.")
        let header = Credential.schema("name", "The header's name.", "value", "The API key: ${NAME} or file:PATH.")
        let query = Credential.schema("name", "The parameter's name.", "value", "The API key: ${NAME} or file:PATH.")
        return .choice([
            Choice("bearer", .secret, "Authorization: Bearer, with this token: ${NAME} or file:PATH.") {
                .bearer($0.value)
            },
            Choice("basic", basic, "Authorization: Basic.") { .basic(user: $0.name, password: $0.secret.value) },
            Choice("header", header, "An API key in a header.") { .header(name: $0.name, value: $0.secret.value) },
            Choice("query", query, "An API key in a query parameter.") {
                .query(name: $0.name, value: $0.secret.value)
            },
        ])
    }
}
