internal import Foundation
internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A private `slapd`, on a unix socket and on a port of 127.0.0.1.
package final class TestDirectory: Sendable {
    /// What the server is told beyond what every one of them is.
    package struct Options: Sendable {
        /// For the whole server, such as schema and TLS.
        package var global: [String] = []
        /// For the database: limits, rights, overlays.
        package var database: [String] = []
        /// Whether it speaks TLS from the first byte on its port.
        package var isTLS = false

        package init() {}
    }

    package static let suffix = "dc=example,dc=com"
    /// Who may do everything, and is under no limit.
    package static let administrator = "cn=admin,dc=example,dc=com"
    package static let password = "administrator"

    package let directory: String
    package let port: Int
    /// `ldapi://…`.
    package let socketURL: String
    private let options: Options
    private let process = Mutex<pid_t?>(nil)

    /// `ldap://127.0.0.1:…`, or `ldaps`.
    package var url: String { "\(options.isTLS ? "ldaps" : "ldap")://127.0.0.1:\(port)" }

    init(in directory: String, options: Options, port: Int) throws {
        (self.directory, self.options, self.port) = (directory, options, port)
        socketURL = "ldapi://" + "\(directory)/socket".replacing("/", with: "%2F")
        try FileManager.default.createDirectory(atPath: directory + "/db", withIntermediateDirectories: true)
        try Data((configuration.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
    }

    private var file: String { directory + "/slapd.conf" }

    private var configuration: [String] {
        ["core", "cosine", "inetorgperson", "nis"].map { "include /etc/ldap/schema/\($0).schema" } + [
            "modulepath /usr/lib/ldap", "moduleload back_mdb", "moduleload syncprov", "moduleload memberof",
            "pidfile \(directory)/pid", "argsfile \(directory)/args",
        ] + options.global + [
            "database mdb", "suffix \(Self.suffix)", "rootdn \(Self.administrator)", "rootpw \(Self.password)",
            "directory \(directory)/db", "maxsize 1073741824", "dbnosync", "index objectClass eq", "index entryUUID eq",
            "index uid eq",
        ] + options.database
    }

    /// Fills the directory, as entries of LDIF, while it does not run.
    func load(_ entries: String) async throws {
        let ldif = directory + "/content.ldif"
        try Data(entries.utf8).write(to: URL(filePath: ldif))
        try await run("/usr/sbin/slapadd", ["-q", "-f", file, "-l", ldif])
    }

    /// Changes entries, as LDIF with `changetype`.
    package func change(_ changes: String) async throws {
        let ldif = directory + "/changes-\(UInt32.random(in: 0 ... .max)).ldif"
        try Data(changes.utf8).write(to: URL(filePath: ldif))
        try await run(
            "/usr/bin/ldapmodify",
            ["-H", socketURL, "-x", "-D", Self.administrator, "-w", Self.password, "-f", ldif]
        )
    }

    /// Starts it, or starts it again, and waits until it takes connections.
    package func start() async throws {
        let urls = "\(socketURL) \(url)"
        let words = ["/usr/sbin/slapd", "-d", "0", "-h", urls, "-f", file]
        var pointers = words.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 2, directory + "/log", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        for descriptor in 3..<Int32(1_024) { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var started = pid_t()
        guard posix_spawn(&started, words[0], &actions, nil, &pointers, environ) == 0 else { throw NoDirectory() }
        process.withLock { $0 = started }
        try await eventually { self.takesConnections }
    }

    /// As when its machine loses power.
    package func kill() {
        guard let process = process.withLock({ $0.take() }) else { return }
        _ = Glibc.kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    /// Stops in place: its connections stay open and nothing is answered.
    package func freeze() {
        if let process = process.withLock({ $0 }) { freezeChild(process) }
    }

    package func thaw() {
        if let process = process.withLock({ $0 }) { _ = Glibc.kill(process, SIGCONT) }
    }

    private var takesConnections: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private func run(_ program: String, _ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: Arguments(arguments),
            output: .discarded,
            error: .string(limit: 65_536)
        )
        guard result.terminationStatus.isSuccess else {
            throw DirectoryCommandFailed(program: program, message: result.standardError)
        }
    }
}

/// `slapd` is not there: deploy/prepare installs it.
struct NoDirectory: Error {}

struct DirectoryCommandFailed: Error {
    var program: String
    var message: String
}

/// Runs `body` with a directory that has these entries, which is ended and removed afterwards.
package func withTestDirectory<Result>(
    _ entries: String,
    options: TestDirectory.Options = TestDirectory.Options(),
    _ body: (TestDirectory) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { path in
        let directory = try TestDirectory(in: path, options: options, port: try ServerProcess.freePort())
        try await directory.load(entries)
        defer { directory.kill() }
        try await directory.start()
        return try await body(directory)
    }
}
