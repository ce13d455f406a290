import NIOCore
import NIOPosix
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
            Case(testDescription: "a certificate for another name", certificate: "elsewhere"),
            Case(testDescription: "an authority that it does not know") { tls, _ in tls.authoritiesFile = nil },
            Case(testDescription: "a server that wants a certificate", clientsNeedCertificate: true),
            Case(testDescription: "a file that is not there") { tls, _ in tls.authoritiesFile = "/nonexistent.pem" },
            Case(testDescription: "a file that is no certificate") { tls, certificates in
                tls.authoritiesFile = certificates.key(of: "client")
            },
        ]
    )
    func refuses(_ test: Case) async throws {
        try await withTLSRedis(test) { client in
            let error = await #expect(throws: RedisError.self) { try await client.call("PING") }
            #expect(error?.code == .tls)
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
        let port = try await freePort()
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

/// A port that the system has just had free: `redis-server` cannot choose one itself.
private func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0)
        .get()
    defer { channel.close(promise: nil) }
    return try #require(channel.localAddress?.port)
}
