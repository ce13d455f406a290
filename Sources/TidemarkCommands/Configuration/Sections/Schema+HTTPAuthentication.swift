internal import Catalog
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
            Choice("oauth2", .oauth2, "A token of an OAuth 2.0 server, for a client's own credentials.") {
                .oauth2($0)
            },
            Choice("githubApp", .gitHubApp, "A token of a GitHub App's installation.") { .gitHubApp($0) },
        ])
    }
}

extension Schema where Value == HTTPSource.OAuth2 {
    fileprivate static var oauth2: Schema {
        .record(
            { HTTPSource.OAuth2(tokenURL: "", clientID: "", clientSecret: "") },
            [
                Field("tokenURL", .url(["https", "http"]), required: true, \.tokenURL, "The token endpoint."),
                Field("clientID", .text, required: true, \.clientID, "The client's identifier."),
                Field("clientSecret", .secret, required: true, "The client's secret: ${NAME} or file:PATH.") {
                    $0.clientSecret = $1.value
                },
                Field(
                    "scopes",
                    .list(of: .nonEmptyString),
                    default: [],
                    \.scopes,
                    "What the token is asked to allow."
                ),
                Field("audience", .nonEmptyString, \.audience, "Whom the token is for, where the server asks for it."),
                Field(
                    "authMethod",
                    .word,
                    default: "basic",
                    \.method,
                    "How the client shows its secret: in a header (basic) or in the body (post)."
                ),
            ]
        )
    }
}

extension Schema where Value == HTTPSource.GitHubApp {
    fileprivate static var gitHubApp: Schema {
        .record(
            { HTTPSource.GitHubApp(appID: "", privateKey: "", installation: .id(0)) },
            [
                Field("appID", .text, required: true, \.appID, "The App's ID or client ID."),
                Field(
                    "privateKey",
                    .secret,
                    required: true,
                    "The App's private key in PEM form: file:PATH or ${NAME}."
                ) { $0.privateKey = $1.value },
                Field(
                    "installation",
                    .text,
                    required: true,
                    "The installation: its number, or the login of the organisation or user that has it."
                ) { $0.installation = Int64($1).map { .id($0) } ?? .owner($1) },
                Field(
                    "apiURL",
                    .url(["https", "http"]),
                    default: "https://api.github.com",
                    \.apiURL,
                    "The API that gives out tokens; https://HOST/api/v3 for Enterprise Server."
                ),
            ]
        )
    }
}
