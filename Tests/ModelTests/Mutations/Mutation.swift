import Foundation

/// A change to a script's text.
struct Mutation: Sendable, CustomStringConvertible {
    /// Its name, or `lane` for what all have in common.
    let script: String
    let find: String
    let replacement: String

    init(_ script: String, _ find: String, _ replacement: String) {
        self.script = script
        self.find = find
        self.replacement = replacement
    }

    struct NotFound: Error {
        let mutation: Mutation
        let count: Int
    }

    /// - Throws: unless the text is there exactly once.
    func applied(to source: String) throws -> String {
        let parts = source.components(separatedBy: find)
        guard parts.count == 2 else { throw NotFound(mutation: self, count: parts.count - 1) }
        return parts.joined(separator: replacement)
    }

    var description: String { "\(script): `\(find)` → `\(replacement)`" }
}
