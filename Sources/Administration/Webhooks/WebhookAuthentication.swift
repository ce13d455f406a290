internal import Crypto
internal import Foundation
internal import HTTPTypes

/// How a webhook knows who sends.
package enum WebhookAuthentication: Sendable {
    /// A secret that both sides know signs each body: HMAC with SHA-256 in hexadecimal digits behind `sha256=`, in the header
    /// X-Hub-Signature-256, as GitHub sends it.
    case signature(secret: String)
    /// `Authorization: Bearer TOKEN`.
    case bearer(token: String)

    /// Whether a request without a body is refused already.
    func mayBeFrom(_ headers: HTTPFields) -> Bool {
        switch self {
        case .signature: headers[.hubSignature] != nil
        case .bearer(let token):
            // The comparison of two digests by a key of the moment takes as long whatever was sent.
            headers[.authorization].map { Self.isSame(Array($0.utf8), Array("Bearer \(token)".utf8)) } ?? false
        }
    }

    /// Whether the body, as it came, is from who knows the secret.
    func isFrom(_ headers: HTTPFields, body: [UInt8]) -> Bool {
        guard case .signature(let secret) = self else { return mayBeFrom(headers) }
        guard let signature = headers[.hubSignature].flatMap(Self.bytes(ofSignature:)) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            signature,
            authenticating: body,
            using: SymmetricKey(data: Array(secret.utf8))
        )
    }

    private static func isSame(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        let key = SymmetricKey(size: .bits256)
        return HMAC<SHA256>.isValidAuthenticationCode(
            HMAC<SHA256>.authenticationCode(for: first, using: key),
            authenticating: second,
            using: key
        )
    }

    private static func bytes(ofSignature text: String) -> [UInt8]? {
        guard text.hasPrefix("sha256="), text.utf8.count == 7 + 64 else { return nil }
        return HexText.bytes(text.dropFirst(7))
    }
}

extension HTTPField.Name {
    static let hubSignature = HTTPField.Name("X-Hub-Signature-256")!
}
