internal import Subprocess
internal import SystemPackage

/// Certificates made for one test by an authority: of a server, of one elsewhere, of one that has expired, and of a client;
/// and another authority, which vouches for none of them.
package struct TestCertificates {
    package let directory: String

    package var authority: String { path("ca.crt") }
    package var otherAuthority: String { path("other.crt") }

    package init(in directory: String) async throws {
        self.directory = directory
        for name in ["ca", "other"] {
            try await openssl(
                ["req", "-x509"] + Self.newKey + ["-days", "2", "-subj", "/CN=Test authority \(name)"]
                    + ["-keyout", key(of: name), "-out", certificate(of: name)]
            )
        }
        try await issue("server", names: "DNS:redis.example,IP:127.0.0.1")
        try await issue("elsewhere", names: "DNS:elsewhere.example")
        try await issue("expired", names: "DNS:redis.example,IP:127.0.0.1", days: -1)
        try await issue("client", names: "DNS:client.example")
    }

    package func certificate(of name: String) -> String { path("\(name).crt") }

    package func key(of name: String) -> String { path("\(name).key") }

    /// What makes a `redis-server` speak TLS with the certificate of `name`.
    package func serverArguments(port: Int, certificateOf name: String, clientsNeedCertificate: Bool) -> [String] {
        [
            "--tls-port", "\(port)", "--bind", "127.0.0.1",
            "--tls-cert-file", certificate(of: name), "--tls-key-file", key(of: name),
            "--tls-ca-cert-file", authority, "--tls-auth-clients", clientsNeedCertificate ? "yes" : "no",
        ]
    }

    private func issue(_ name: String, names: String, days: Int = 2) async throws {
        try await openssl(
            ["req"] + Self.newKey + ["-subj", "/CN=\(name)", "-keyout", key(of: name), "-out", path("\(name).csr")]
        )
        let file = FilePath(path("\(name).ext"))
        let descriptor = try FileDescriptor.open(
            file,
            .writeOnly,
            options: [.create, .closeOnExec],
            permissions: .ownerReadWrite
        )
        _ = try descriptor.closeAfter { try descriptor.writeAll("subjectAltName=\(names)\n".utf8) }
        try await openssl(
            ["x509", "-req", "-in", path("\(name).csr"), "-CA", authority, "-CAkey", key(of: "ca"), "-CAcreateserial"]
                + ["-days", "\(days)", "-extfile", file.string, "-out", certificate(of: name)]
        )
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private func path(_ file: String) -> String { "\(directory)/\(file)" }
}

private func openssl(_ arguments: [String]) async throws {
    let result = try await Subprocess.run(
        .name("openssl"),
        arguments: Arguments(arguments),
        output: .discarded,
        error: .string(limit: 65_536)
    )
    guard result.terminationStatus.isSuccess else { throw OpenSSLFailure(message: result.standardError) }
}

private struct OpenSSLFailure: Error {
    var message: String
}
