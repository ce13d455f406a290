extension HTTPSource {
    /// Credentials, and where they go.
    public enum Authentication: Sendable, Hashable {
        /// `Authorization: Bearer TOKEN`.
        case bearer(String)
        /// `Authorization: Basic …` (RFC 7617).
        case basic(user: String, password: String)
        /// An API key in a header.
        case header(name: String, value: String)
        /// An API key in a query parameter.
        case query(name: String, value: String)
        /// `Authorization: Bearer …`, with a token that an authorization server gives out for a client's own credentials.
        case oauth2(OAuth2)
        /// `Authorization: Bearer …`, with a token of a GitHub App's installation.
        case gitHubApp(GitHubApp)
    }

    /// A client of an OAuth 2.0 authorization server (RFC 6749, 4.4: client credentials).
    ///
    /// The token is kept in memory until shortly before it expires; an answer of 401 drops it, and the request is sent once
    /// more with another. The client's secret goes to `tokenURL` alone, the token to the source alone.
    public struct OAuth2: Sendable, Hashable {
        /// How the client shows who it is (RFC 6749, 2.3.1).
        public enum Method: String, Sendable, Hashable, CaseIterable {
            /// In an `Authorization: Basic` header, which every server must know.
            case basic
            /// In the body.
            case post
        }

        /// The token endpoint; no redirect of it is followed.
        public var tokenURL: String
        /// The client's identifier.
        public var clientID: String
        /// The client's secret.
        public var clientSecret: String
        /// What the token is asked to allow.
        public var scopes: [String] = []
        /// Whom the token is for, where the server wants to be told.
        public var audience: String?
        /// How the client shows who it is.
        public var method = Method.basic

        /// A client that asks for no scope and shows its secret in a header.
        public init(tokenURL: String, clientID: String, clientSecret: String) {
            self.tokenURL = tokenURL
            self.clientID = clientID
            self.clientSecret = clientSecret
        }
    }

    /// An installation of a GitHub App.
    ///
    /// A JSON Web Token that the App's key signs is exchanged for a token of the installation, which is kept in memory and
    /// renewed before it expires.
    public struct GitHubApp: Sendable, Hashable {
        /// Where the App is installed.
        public enum Installation: Sendable, Hashable {
            /// By the installation's number.
            case id(Int64)
            /// By the login of the organisation or user that owns it.
            case owner(String)
        }

        /// The App's ID or its client ID.
        public var appID: String
        /// The App's private key: the text of the PEM file, PKCS#1 or PKCS#8.
        public var privateKey: String
        /// The installation whose repositories are read.
        public var installation: Installation
        /// The REST API that gives out tokens; `https://HOST/api/v3` for Enterprise Server.
        public var apiURL = "https://api.github.com"

        /// An installation on github.com.
        public init(appID: String, privateKey: String, installation: Installation) {
            self.appID = appID
            self.privateKey = privateKey
            self.installation = installation
        }
    }
}

extension HTTPSource.Authentication {
    /// What the credentials are once more, in the form in which they are sent.
    package var encoded: String? {
        switch self {
        case .basic(let user, let password): Credentials.base64("\(user):\(password)")
        case .oauth2(let client): client.basicCredentials
        case .bearer, .header, .query, .gitHubApp: nil
        }
    }
}

extension HTTPSource.OAuth2 {
    /// Identifier and secret, each encoded as forms are before they are joined (RFC 6749, 2.3.1).
    var basicCredentials: String { Credentials.base64("\(clientID.percentEncoded):\(clientSecret.percentEncoded)") }
}
