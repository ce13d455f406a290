import Crypto
import Foundation
import Testing

@testable import Administration

@Suite struct AccessTokenTests {
    @Test("a new token has 32 random bytes, and its hash is what sha256sum gives of its text")
    func generated() throws {
        let tokens = (0..<100).map { _ in AccessToken.generate() }
        #expect(Set(tokens.map(\.text)).count == 100)
        for token in tokens {
            #expect(token.text.wholeMatch(of: /tidemark_[0-9a-f]{64}/) != nil)
            let digest = SHA256.hash(data: Data(token.text.utf8)).map { String(format: "%02x", $0) }.joined()
            #expect(token.sha256 == digest)
            #expect(
                AccessToken(name: "a", scope: .read, sha256: token.sha256.uppercased())?.hash == HexText.bytes(digest)
            )
        }
    }

    @Test(
        "what is no hash makes no token",
        arguments: ["", "00", String(repeating: "0", count: 63), String(repeating: "g", count: 64)]
    )
    func noHash(_ text: String) {
        #expect(AccessToken(name: "a", scope: .read, sha256: text) == nil)
    }
}
