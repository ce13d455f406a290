import CatalogConsumer
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// The commands over `rediss://`, as the configuration file says: to a Redis that wants a certificate of its clients.
@Suite struct TLSCommandTests {
    @Test("worker, consumer and status work over TLS with a client's certificate from the configuration")
    func works() async throws {
        try await withTLS { directory, certificates, port in
            let source = try ProgramSource(in: directory, chains: 2, pageSize: 5)
            try source.list((0..<20).map { "host-\($0)" })
            try write(
                tls: """
                    ca: \(certificates.authority), certificate: \(certificates.certificate(of: "client")),
                    key: \(certificates.key(of: "client")), serverName: elsewhere.example
                    """,
                port,
                source,
                in: directory
            )
            try await withTidemark(["worker"], name: "worker", in: directory) { _ in
                try await withTidemark(["consume"], name: "consume", in: directory) { _ in
                    try await eventually {
                        try await SQLiteCatalog(readingAt: directory + "/catalog.sqlite").count() == 20
                    }
                }
            }
            let status = try await tidemark("status", in: directory)
            #expect(status.status == .exited(0) && status.output.contains(Deployment.provider), "\(status.errors)")
        }
    }

    @Test(
        "each command says which certificate is wrong, and nothing of the password",
        arguments: [
            (
                "ca: OTHER, certificate: CLIENT.crt, key: CLIENT.key, serverName: elsewhere.example",
                "no authority that is trusted vouches"
            ),
            ("ca: CA, certificate: CLIENT.crt, key: CLIENT.key, serverName: wrong", "certificate is not for wrong"),
            ("ca: CA, serverName: elsewhere.example", "wants a certificate of this client"),
            (
                "ca: CA, certificate: SELF.crt, key: SELF.key, serverName: elsewhere.example",
                "does not accept this client's certificate"
            ),
            ("ca: CA, certificate: CLIENT.crt, key: /none.key", "/none.key cannot be read"),
        ]
    )
    func refuses(_ tls: String, _ reason: String) async throws {
        try await withTLS { directory, certificates, port in
            let source = try ProgramSource(in: directory, chains: 1, pageSize: 5)
            let text = tls.replacing("OTHER", with: certificates.otherAuthority).replacing(
                "CA",
                with: certificates.authority
            )
            .replacing("CLIENT.crt", with: certificates.certificate(of: "client"))
            .replacing("CLIENT.key", with: certificates.key(of: "client"))
            .replacing("SELF.crt", with: certificates.otherAuthority)
            .replacing("SELF.key", with: certificates.key(of: "other"))
            try write(tls: text, port, source, in: directory)
            for command in ["status", "check"] {
                let result = try await tidemark(command, "--log-level", "trace", in: directory)
                let said = result.output + result.errors
                #expect(result.status != .exited(0) && said.contains(reason), "\(command): \(said)")
                #expect(!said.contains("s3cret-of-redis"), "\(command): \(said)")
            }
            for command in ["worker", "consume"] {
                try await withTidemark([command, "--log-level", "trace"], name: command, in: directory) { process in
                    try await eventually { process.lines.contains { $0.contains(reason) } }
                    #expect(!process.lines.contains { $0.contains("s3cret-of-redis") })
                }
            }
        }
    }

    private func withTLS(_ body: (String, TestCertificates, Int) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            let port = try ServerProcess.freePort()
            let arguments = certificates.serverArguments(
                port: port,
                certificateOf: "elsewhere",
                clientsNeedCertificate: true
            )
            try await withRedisServer(directory: directory + "/redis", arguments: arguments) { local in
                try await withRedisClient(local) { client in
                    _ = try await client.call("ACL", "SETUSER", "app", "on", ">s3cret-of-redis", "~*", "&*", "+@all")
                }
                try await body(directory, certificates, port)
            }
        }
    }

    private func write(tls: String, _ port: Int, _ source: ProgramSource, in directory: String) throws {
        let yaml = """
            redis:
              url: rediss://127.0.0.1:\(port)
              username: app
              password: s3cret-of-redis
              tls: { \(tls) }
            dataDirectory: \(directory)
            providers:
              \(Deployment.provider):
                burstInterval: 0s
                source: { exec: { command: ["\(source.command.joined(separator: "\", \""))"] } }
            """
        try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
    }
}
