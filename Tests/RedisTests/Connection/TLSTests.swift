import Redis
import TestSupport
import Testing

/// Against the TLS of a real `redis-server`.
@Suite("TLS")
struct TLSTests {
    /// How a server is set up, and what a client says, beyond trusting the server's authority.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var certificate = "server"
        var clientsNeedCertificate = false
        /// What the error must say.
        var reason = ""
        var client: @Sendable (inout RedisTLS, TestCertificates) -> Void = { _, _ in }
    }

    @Test(
        "connects",
        arguments: [
            Case(testDescription: "to an address that the certificate names"),
            Case(testDescription: "to a name given apart") { tls, _ in tls.serverName = "redis.example" },
            Case(testDescription: "to another name, checking the chain alone", certificate: "elsewhere") { tls, _ in
                tls.verification = .chain
            },
            Case(testDescription: "without any check", certificate: "elsewhere") { tls, _ in
                tls.verification = .none
                tls.authoritiesFile = nil
            },
            Case(testDescription: "with a certificate of its own", clientsNeedCertificate: true) { tls, certificates in
                tls.certificateFile = certificates.certificate(of: "client")
                tls.keyFile = certificates.key(of: "client")
            },
        ]
    )
    func connects(_ test: Case) async throws {
        try await withTLSRedis(test) { client in
            let value = String(repeating: "x", count: 300_000)
            _ = try await client.call("SET", "k", value)
            let stored = try await client.call("GET", "k")
            #expect(stored.string == value)
            let popped = try await client.blocking(RedisCommand("BLPOP", "none", "0.01"), timeout: .milliseconds(10))
            #expect(popped == .null)
        }
    }

    @Test(
        "refuses, at once and with the reason",
        arguments: [
            Case(
                testDescription: "a certificate for another address",
                certificate: "elsewhere",
                reason: "its certificate is not for 127.0.0.1"
            ),
            Case(
                testDescription: "a certificate for another name",
                certificate: "elsewhere",
                reason: "its certificate is not for redis.example"
            ) { tls, _ in tls.serverName = "redis.example" },
            Case(testDescription: "a certificate that has expired", certificate: "expired", reason: "expired on 20"),
            Case(testDescription: "an authority of no system", reason: "no authority that is trusted") { tls, _ in
                tls.authoritiesFile = nil
            },
            Case(testDescription: "another authority", reason: "no authority that is trusted") { tls, certificates in
                tls.authoritiesFile = certificates.otherAuthority
            },
            Case(
                testDescription: "a server that wants a certificate",
                clientsNeedCertificate: true,
                reason: "it wants a certificate of this client"
            ),
            Case(testDescription: "a file that is not there", reason: "/nonexistent.pem") { tls, _ in
                tls.authoritiesFile = "/nonexistent.pem"
            },
            Case(testDescription: "a file that is no certificate", reason: "client.key") { tls, certificates in
                tls.authoritiesFile = certificates.key(of: "client")
            },
        ]
    )
    func refuses(_ test: Case) async throws {
        try await withTLSRedis(test) { client in
            let error = await #expect(throws: RedisError.self) { try await client.call("PING") }
            #expect(error?.code == .tls)
            #expect(error?.message.contains(test.reason) == true, "\(error?.message ?? "")")
        }
    }

    @Test("a cancelled blocking pop closes its encrypted connection before an item comes")
    func cancellation() async throws {
        try await withTLSRedis(Case(testDescription: "")) { client in
            let abandoned = Task {
                try await client.blocking(RedisCommand("BLPOP", "list", "30"), timeout: .seconds(30))
            }
            while try await client.call("INFO", "clients").string?.contains("blocked_clients:1") != true {
                await Task.yield()
            }
            abandoned.cancel()
            #expect(await #expect(throws: RedisError.self) { try await abandoned.value }?.code == .cancelled)
            _ = try await client.call("RPUSH", "list", "a")
            let popped = try await client.call("LPOP", "list")
            #expect(popped.string == "a")
        }
    }
}

private func withTLSRedis(_ test: TLSTests.Case, _ body: (RedisClient) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
        let certificates = try await TestCertificates(in: directory)
        let port = try ServerProcess.freePort()
        let arguments = certificates.serverArguments(
            port: port,
            certificateOf: test.certificate,
            clientsNeedCertificate: test.clientsNeedCertificate
        )
        try await withRedisServer(directory: directory, arguments: arguments) { _ in
            var tls = RedisTLS()
            tls.authoritiesFile = certificates.authority
            test.client(&tls, certificates)
            var configuration = RedisConfiguration(address: .tcp(host: "127.0.0.1", port: port))
            configuration.tls = tls
            try await withRedisClient(configuration, body)
        }
    }
}
