internal import Ingestion

/// Takes known secrets out of a text: the last line of defence, where an error of some library quotes a header.
struct Redactor: Sendable {
    private let secrets: Secrets

    /// - Parameter fetched: those that become known while the process runs.
    init(_ secrets: [String], and fetched: FetchedSecrets? = nil) {
        self.secrets = Secrets([], hiding: secrets, and: fetched)
    }

    func redact(_ text: String) -> String { secrets.redacting(text) }
}
