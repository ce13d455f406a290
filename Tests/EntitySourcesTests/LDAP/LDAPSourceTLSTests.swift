import Ingestion
import TestSupport
import Testing

@testable import EntitySources

@Suite struct LDAPSourceTLSTests {
    /// A directory that speaks TLS, and the certificates around it.
    private func withTLS(
        _ isTLS: Bool,
        certificateOf name: String = "server",
        _ body: (TestDirectory, TestCertificates) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            let certificates = try await TestCertificates(in: path)
            var options = TestDirectory.Options()
            options.isTLS = isTLS
            options.global = [
                "TLSCACertificateFile \(certificates.authority)",
                "TLSCertificateFile \(certificates.certificate(of: name))",
                "TLSCertificateKeyFile \(certificates.key(of: name))", "TLSVerifyClient allow",
                "authz-regexp ^cn=client$ \(TestDirectory.administrator)",
            ]
            options.database = [
                "access to * by dn.exact=\"gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth\" read by tls_ssf=128 read "
                    + "by * auth"
            ]
            var entries = TestEntries()
            entries.add(person: "alice")
            try await withTestDirectory(entries.ldif, options: options) { try await body($0, certificates) }
        }
    }

    private func read(_ configuration: LDAPSource.Configuration) async throws -> Int {
        var configuration = configuration
        configuration.groups = nil
        return try await LDAPSource(configuration, logger: quiet).readAll().entities.count
    }

    @Test(
        "ldaps and StartTLS: the server's certificate is verified against the authority that is named",
        arguments: [true, false]
    )
    func verified(_ isTLS: Bool) async throws {
        try await withTLS(isTLS) { directory, certificates in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.startTLS = !isTLS
            configuration.tls.authoritiesFile = certificates.authority
            let count1 = try await read(configuration)
            #expect(count1 == 1)

            configuration.tls.authoritiesFile = certificates.otherAuthority
            let other = await #expect(throws: SourceError.self) { try await read(configuration) }
            #expect(other?.code == .unavailable)
            #expect(other?.message.contains("tls.ca") == true, "\(String(describing: other))")

            configuration.tls.authoritiesFile = nil
            await #expect(throws: SourceError.self) { try await read(configuration) }

            configuration.tls.authoritiesFile = "/nowhere.pem"
            let missing = await #expect(throws: SourceError.self) { try await read(configuration) }
            #expect(missing?.message.contains("/nowhere.pem") == true)
        }
    }

    @Test("a certificate for another host, and one that has expired, are refused", arguments: ["elsewhere", "expired"])
    func wrongCertificate(_ name: String) async throws {
        try await withTLS(true, certificateOf: name) { directory, certificates in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.tls.authoritiesFile = certificates.authority
            await #expect(throws: SourceError.self) { try await read(configuration) }
        }
    }

    @Test("StartTLS that the server does not offer is an error: nothing is read without it")
    func noStartTLS() async throws {
        var entries = TestEntries()
        entries.add(person: "alice")
        try await withTestDirectory(entries.ldif) { directory in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.startTLS = true
            await #expect(throws: SourceError.self) { try await read(configuration) }
        }
    }

    @Test("SASL EXTERNAL: by the user of this process over a unix socket, and by a client certificate")
    func external() async throws {
        try await withTLS(true) { directory, certificates in
            var configuration = LDAPSource.Configuration.test(directory.socketURL)
            configuration.authentication = .external
            let count2 = try await read(configuration)
            #expect(count2 == 1)

            configuration.urls = [directory.url]
            configuration.tls.authoritiesFile = certificates.authority
            configuration.tls.certificateFile = certificates.certificate(of: "client")
            configuration.tls.keyFile = certificates.key(of: "client")
            let count3 = try await read(configuration)
            #expect(count3 == 1)

            configuration.authentication = .anonymous
            configuration.urls = [directory.socketURL]
            await #expect(throws: SourceError.self) { try await read(configuration) }
        }
    }
}
