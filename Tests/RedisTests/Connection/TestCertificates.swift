import Subprocess
import SystemPackage
import Testing

/// Certificates made for one test: an authority, a server that it vouches for, a client, and one nobody vouches for.
struct TestCertificates {
    let directory: String

    var authority: String { path("ca.crt") }

    init(in directory: String) async throws {
        self.directory = directory
        try await openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=Test authority",
            "-keyout",
            path("ca.key"),
            "-out",
            authority
        )
        try await issue("server", names: "DNS:redis.example,IP:127.0.0.1")
        try await issue("elsewhere", names: "DNS:elsewhere.example")
        try await issue("client", names: "DNS:client.example")
    }

    func certificate(of name: String) -> String { path("\(name).crt") }

    func key(of name: String) -> String { path("\(name).key") }

    /// What makes a `redis-server` speak TLS with the certificate of `name`.
    func serverArguments(port: Int, certificateOf name: String, clientsNeedCertificate: Bool) -> [String] {
        [
            "--tls-port", "\(port)", "--bind", "127.0.0.1",
            "--tls-cert-file", certificate(of: name), "--tls-key-file", key(of: name),
            "--tls-ca-cert-file", authority, "--tls-auth-clients", clientsNeedCertificate ? "yes" : "no",
        ]
    }

    private func issue(_ name: String, names: String) async throws {
        try await openssl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=\(name)",
            "-keyout",
            key(of: name),
            "-out",
            path("\(name).csr")
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
            "x509",
            "-req",
            "-in",
            path("\(name).csr"),
            "-CA",
            authority,
            "-CAkey",
            path("ca.key"),
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            file.string,
            "-out",
            certificate(of: name)
        )
    }

    private func path(_ file: String) -> String { "\(directory)/\(file)" }
}

private func openssl(_ arguments: String...) async throws {
    let result = try await Subprocess.run(
        .name("openssl"),
        arguments: Arguments(arguments),
        output: .discarded,
        error: .string(limit: 65_536)
    )
    try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
}
