internal import Crypto
internal import Foundation

/// A token that requests may carry, as the configuration has it: never the token itself.
package struct AccessToken: Sendable, Equatable {
    /// Who uses it; the log of changes names it.
    package let name: String
    package let scope: Scope
    /// SHA-256 of the token's text.
    let hash: [UInt8]

    /// Nil when `sha256` is not 64 hexadecimal digits.
    package init?(name: String, scope: Scope, sha256: String) {
        guard let hash = HexText.bytes(sha256), hash.count == SHA256.byteCount else { return nil }
        (self.name, self.scope, self.hash) = (name, scope, hash)
    }

    static func hash(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// A new token's text, which is shown once, and its hash: 32 random bytes behind a word by which scanners for leaked secrets
    /// know it.
    package static func generate() -> (text: String, sha256: String) {
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let text = "tidemark_" + HexText.text(random)
        return (text, HexText.text(hash(of: text)))
    }
}
