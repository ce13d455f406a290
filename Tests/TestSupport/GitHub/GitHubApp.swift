internal import Catalog
internal import Foundation
internal import JWTKit

/// A GitHub App of the imitation: who may fetch tokens, for which installation.
package struct GitHubApp: Sendable {
    package var id: String
    /// The public half of the App's key, as PEM.
    package var publicKey: String
    package var installation: Int64
    /// For how many seconds a token is valid.
    package var lifetime = 3_600.0

    package init(id: String, publicKey: String, installation: Int64) {
        (self.id, self.publicKey, self.installation) = (id, publicKey, installation)
    }

    private struct Claims: JWTPayload {
        var iss: String
        var iat: Double
        var exp: Double

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    /// Why a token that the App signed is not taken; nil for one that is.
    func refusal(of token: String, at now: Double) async -> String? {
        guard let key = try? Insecure.RSA.PublicKey(pem: publicKey) else { return "the imitation has no key" }
        let keys = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
        guard let claims = try? await keys.verify(token, as: Claims.self) else {
            return "A JSON web token could not be decoded"
        }
        guard claims.iss == id else { return "'Issuer' claim ('iss') must be an Integer" }
        guard claims.iat <= now + 1 else { return "'Issued at' claim ('iat') must be an Integer in the past" }
        guard claims.exp > now else { return "'Expiration time' claim ('exp') is in the past" }
        guard claims.exp <= now + 601 else { return "'Expiration time' claim ('exp') is too far in the future" }
        return nil
    }
}
