internal import Ingestion

/// Takes known secrets out of a text: the last line of defence, where an error of some library quotes a header.
struct Redactor: Sendable {
    private let secrets: Secrets

    init(_ secrets: [String]) {
        self.secrets = Secrets([], hiding: secrets)
    }

    func redact(_ text: String) -> String { secrets.redacting(text) }
}
