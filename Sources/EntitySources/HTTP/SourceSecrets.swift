internal import Catalog
internal import Ingestion

/// What no message of a source may contain: the secrets of its configuration, and those that were fetched since.
struct SourceSecrets: Sendable {
    private let secrets: Secrets

    init(_ configuration: HTTPSource.Configuration, fetched: FetchedSecrets) {
        secrets = Secrets([], hiding: SourceSecrets.texts(of: configuration), and: fetched)
    }

    /// The text with every secret in it replaced.
    func redacting(_ text: String) -> String { secrets.redacting(text) }

    /// The start of a text from the source, for a message; nil if there is none.
    func excerpt(_ bytes: [UInt8]) -> String? {
        // Secrets first: one that is cut in two is not recognised.
        let text = redacting(String(decoding: bytes.prefix(4_000), as: UTF8.self))
        let words = text.split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 0x20 } }
        let line = words.joined(separator: " ")
        guard !line.isEmpty else { return nil }
        return line.count > 300 ? line.prefix(300) + "…" : line
    }

    private static func texts(of configuration: HTTPSource.Configuration) -> [String] {
        var values: [String] = []
        switch configuration.authentication {
        case .bearer(let token): values.append(token)
        case .basic(_, let password): values.append(password)
        case .header(_, let value), .query(_, let value): values.append(value)
        case .oauth2(let client): values.append(client.clientSecret)
        case .gitHubApp(let app): values.append(app.privateKey)
        case nil: break
        }
        values += configuration.authentication?.encoded.map { [$0] } ?? []
        for chain in configuration.chain.all {
            values += chain.headers.filter { !Credentials.isHarmless(header: $0.key) }.map(\.value)
            values += chain.query.filter { SensitiveName.matches($0.key) }.compactMap(\.value.string)
        }
        return values
    }
}
