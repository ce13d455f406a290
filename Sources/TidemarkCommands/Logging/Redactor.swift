internal import Foundation

/// Takes known secrets out of a text: the last line of defence, where an error of some library quotes a header.
struct Redactor: Sendable {
    private let secrets: [String]

    /// Shorter values are words like any other; taking them out would garble every line.
    private static let shortest = 6

    init(_ secrets: [String]) {
        // The longest first, so that one that contains another goes as a whole.
        self.secrets = Set(secrets).filter { $0.utf8.count >= Self.shortest }.sorted { $0.count > $1.count }
    }

    func redact(_ text: String) -> String {
        secrets.reduce(text) { $0.contains($1) ? $0.replacingOccurrences(of: $1, with: "***") : $0 }
    }
}
