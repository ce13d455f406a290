internal import Subprocess

/// An RSA key made for one test, in the forms in which people have one.
package struct TestKeys: Sendable {
    /// `BEGIN RSA PRIVATE KEY`, as GitHub gives it out.
    package let pkcs1: String
    /// `BEGIN PRIVATE KEY`.
    package let pkcs8: String
    /// What verifies its signatures.
    package let publicKey: String

    package init(bits: Int = 2048) async throws {
        (pkcs1, pkcs8, publicKey) = try await withTemporaryDirectory { directory in
            let file = directory + "/key.pem"
            try await Self.openssl("genrsa", "-traditional", "-out", file, "\(bits)")
            return (
                try await Self.openssl("rsa", "-traditional", "-in", file),
                try await Self.openssl("pkcs8", "-topk8", "-nocrypt", "-in", file),
                try await Self.openssl("rsa", "-pubout", "-in", file)
            )
        }
    }

    /// A key of another kind, which signs nothing here.
    package static func ellipticCurve() async throws -> String {
        try await openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    }

    @discardableResult
    private static func openssl(_ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(arguments),
            output: .string(limit: 65_536),
            error: .string(limit: 65_536)
        )
        guard result.terminationStatus.isSuccess else { throw Failure(message: result.standardError) }
        return result.standardOutput
    }

    private struct Failure: Error {
        var message: String
    }
}
