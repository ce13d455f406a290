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
        var bytes: [UInt8] = []
        var digits = text.utf8.dropFirst(7)[...]
        while let high = digits.popFirst(), let low = digits.popFirst() {
            guard let high = Self.value(of: high), let low = Self.value(of: low) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension HTTPField.Name {
    static let hubSignature = HTTPField.Name("X-Hub-Signature-256")!
}
