import Foundation
import Subprocess
import TestSupport
import Testing

/// `tidemark check` of a directory, as a process.
@Suite struct LDAPCheckTests {
    private static let example = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../deploy/examples/ldap.yaml").standardized.path()

    private static let reader = "cn=reader,\(TestDirectory.suffix)"

    private var directory: TestEntries {
        var entries = TestEntries()
        entries.add(
            Self.reader,
            [
                "objectClass: organizationalRole", "objectClass: simpleSecurityObject", "cn: reader",
                "userPassword: readers-own",
            ]
        )
        entries.add(person: "alice", ["description: The first"])
        entries.add(group: "staff", members: [TestEntries.person("alice")])
        return entries
    }

    @Test(
        "the example reads people and groups; what it recorded is mapped again without the directory, and has no password"
    )
    func example() async throws {
        try await withTemporaryDirectory { path in
            let environment = try await withTestDirectory(directory.ldif) { slapd in
                let environment = ["LDAP_URL": slapd.url, "LDAP_PASSWORD": "readers-own"]
                let checked = try await tidemark(
                    ["check", "-c", Self.example, "directory", "--pages", "3", "--record", path + "/kept"],
                    in: path,
                    environment: environment
                )
                #expect(checked.status == .exited(0), "\(checked.output)\(checked.errors)")
                for text in ["displayName: Person alice", "description: The first", "user:default/alice"] {
                    #expect(checked.output.contains(text), "\(text) in \(checked.output)")
                }
                #expect(!checked.output.contains("readers-own"))
                return environment
            }
            for file in try FileManager.default.contentsOfDirectory(atPath: path + "/kept") {
                let kept = try String(contentsOfFile: "\(path)/kept/\(file)", encoding: .utf8)
                #expect(!kept.contains("readers-own"))
            }
            let replayed = try await tidemark(
                ["check", "-c", Self.example, "directory", "--pages", "3", "--replay", path + "/kept"],
                in: path,
                environment: environment
            )
            #expect(replayed.status == .exited(0), "\(replayed.output)\(replayed.errors)")
            #expect(replayed.output.contains("displayName: Person alice"))
        }
    }

    @Test(
        "what libldap reads from files and from the environment counts for nothing: the certificate is verified all the same"
    )
    func foreignDefaults() async throws {
        try await withTemporaryDirectory { path in
            let certificates = try await TestCertificates(in: path)
            var options = TestDirectory.Options()
            options.isTLS = true
            options.global = [
                "TLSCertificateFile \(certificates.certificate(of: "server"))",
                "TLSCertificateKeyFile \(certificates.key(of: "server"))",
            ]
            try await withTestDirectory(directory.ldif, options: options) { slapd in
                let defaults = "TLS_REQCERT never\nTLS_CACERT \(certificates.authority)\nSIZELIMIT 1\nREFERRALS on\n"
                for file in ["ldaprc", ".ldaprc", "defaults"] {
                    try Data(defaults.utf8).write(to: URL(filePath: "\(path)/\(file)"))
                }
                func check(_ authority: String) async throws -> CommandResult {
                    let configuration = """
                        providers:
                          directory:
                            source:
                              ldap:
                                url: \(slapd.url)
                                tls: { ca: \(authority) }
                                users: { base: "\(TestEntries.people)" }
                        """
                    try Data(configuration.utf8).write(to: URL(filePath: path + "/tidemark.yaml"))
                    return try await tidemark(
                        ["check", "directory", "--pages", "2"],
                        in: path,
                        environment: ["LDAPCONF": path + "/defaults", "LDAPTLS_REQCERT": "never"]
                    )
                }
                let right = try await check(certificates.authority)
                #expect(right.status == .exited(0), "\(right.output)\(right.errors)")
                #expect(right.output.contains("displayName: Person alice"))
                let wrong = try await check(certificates.otherAuthority)
                #expect(wrong.status != .exited(0))
                #expect(wrong.output.contains("tls.ca"), "\(wrong.output)\(wrong.errors)")
            }
        }
    }
}
