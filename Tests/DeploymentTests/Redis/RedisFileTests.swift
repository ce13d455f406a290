import Foundation
import Ingestion
import Redis
import TestSupport
import Testing

/// `redis.conf`, `sentinel.conf` and `users` on real servers.
@Suite("deploy/redis") struct RedisFileTests {
    /// The directives of a file, each with whether the line before it, or the directive that it goes with, has its reason.
    private static func directives(_ file: String) throws -> [(words: [String], hasReason: Bool)] {
        var directives: [(words: [String], hasReason: Bool)] = []
        var hasReason = false
        for line in try DeployFolder.text("redis/" + file).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { hasReason = false }
            if line.hasPrefix("# ") { hasReason = true }
            if line.isEmpty || line.hasPrefix("#") { continue }
            directives.append((line.split(separator: " ").map(String.init), hasReason))
        }
        return directives
    }

    @Test("Every line has its reason", arguments: ["redis.conf", "sentinel.conf"])
    func reasons(_ file: String) throws {
        let directives = try Self.directives(file)
        #expect(!directives.isEmpty)
        for directive in directives { #expect(directive.hasReason, "\(directive.words)") }
    }

    @Test("Redis starts with redis.conf, and Tidemark finds nothing to warn of")
    func server() async throws {
        try await Self.withServer { server, passwords in
            try await withRedisClient(passwords.configuration(of: "admin", at: server.address)) { admin in
                try await eventually { try await admin.call("PING").string == "PONG" }
                for words in try Self.directives("redis.conf").map(\.words) where !Self.given.contains(words[0]) {
                    let reply = try await admin.call("CONFIG", "GET", words[0]).array
                    #expect(
                        Self.bytes(words[1]) == Self.bytes(reply?.last?.string ?? "") || words.count > 2,
                        "\(words)"
                    )
                }
                #expect(try await Preflight.inspect(admin).warnings == [])
            }
        }
    }

    @Test("The lines for replicas and for a cluster are right, too, once they are no comments")
    func optionalLines() async throws {
        try await withTemporaryDirectory { directory in
            let text = try DeployFolder.text("redis/redis.conf")
            let optional = text.matches(of: /\n# ((?:master(?:user|auth)|min-replicas-|cluster-)[a-z-]* [^ \n]+)(?=\n)/)
                .map { $0.1.split(separator: " ").map(String.init) }
            #expect(optional.count == 7, "\(optional)")
            let file = directory + "/redis.conf"
            let lines = optional.map { $0.joined(separator: " ") + "\n" }.joined()
            try Data((text + "\n" + lines).utf8).write(to: URL(filePath: file))
            let passwords = try await Passwords(in: directory + "/passwords")
            // The port of a cluster's own connections would be 10,000 higher.
            let arguments = [file, "--aclfile", passwords.file, "--cluster-port", "\(try ServerProcess.freePort())"]
            let server = try ServerProcess(port: ServerProcess.freePort(), in: directory, arguments: arguments)
            try await withServers([server]) {
                try await withRedisClient(passwords.configuration(of: "admin", at: server.address)) { admin in
                    try await eventually { try await admin.call("PING").string == "PONG" }
                    for words in optional {
                        let value = try await admin.call("CONFIG", "GET", words[0]).array?.last?.string
                        #expect(value == words[1])
                    }
                }
            }
        }
    }

    @Test("A snapshot is restored as deploy/README.md says")
    func restore() async throws {
        try await withTemporaryDirectory { directory in
            let passwords = try await Passwords(in: directory + "/passwords")
            let port = try ServerProcess.freePort()
            let file = [DeployFolder.file("redis/redis.conf"), "--aclfile", passwords.file]
            func run(_ arguments: [String], in folder: String, _ body: (RedisClient) async throws -> Void) async throws
            {
                let server = try ServerProcess(port: port, in: directory + folder, arguments: file + arguments)
                try await withServers([server]) {
                    try await withRedisClient(passwords.configuration(of: "admin", at: server.address)) { admin in
                        try await eventually { try await admin.call("PING").string == "PONG" }
                        try await body(admin)
                    }
                }
            }
            try await run([], in: "/old") { admin in
                _ = try await admin.call("SADD", "known", "a", "b")
                _ = try await admin.call("SAVE")
                _ = try await admin.call("SADD", "known", "after the snapshot")
            }
            let new = "\(directory)/new/\(port)"
            try FileManager.default.createDirectory(atPath: new, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "\(directory)/old/\(port)/dump.rdb", toPath: new + "/dump.rdb")
            try await run(["--appendonly", "no"], in: "/new") { admin in
                _ = try await admin.call("CONFIG", "SET", "appendonly", "yes")
                try await eventually {
                    let info = try await admin.call("INFO", "persistence").string ?? ""
                    return info.contains("aof_rewrite_in_progress:0") && info.contains("aof_rewrite_scheduled:0")
                }
            }
            try await run([], in: "/new") { admin in
                let known = try await admin.call("SCARD", "known").int
                #expect(known == 2)
            }
        }
    }

    @Test("A password that is there is kept, and only its owner may read it")
    func passwordsAreKept() async throws {
        try await withTemporaryDirectory { directory in
            let first = try await Passwords(in: directory + "/passwords")
            let (password, file) = (
                try first.text(of: "worker"), try String(contentsOfFile: first.file, encoding: .utf8)
            )
            let second = try await Passwords(in: directory + "/passwords")
            #expect(password.count == 64)
            #expect(try second.text(of: "worker") == password)
            #expect(try String(contentsOfFile: second.file, encoding: .utf8) == file)
            #expect(!file.contains("-password-sha256") && !file.contains(password))
            for name in try FileManager.default.contentsOfDirectory(atPath: second.directory) {
                let attributes = try FileManager.default.attributesOfItem(atPath: second.directory + "/" + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
        }
    }

    @Test("The autoscaler's user may ask how many jobs there are, as KEDA does, and nothing else")
    func autoscaler() async throws {
        // What KEDA's scaler sends: it looks at the type of the key first.
        let script = """
            local kind = redis.call('type', KEYS[1]).ok
            return redis.call(({ zset = 'zcard', list = 'llen', none = 'llen' })[kind], KEYS[1])
            """
        let keys = LaneKeys(prefix: "tidemark", lane: 0)
        try await Self.withServer { server, passwords in
            try await withRedisClient(passwords.configuration(of: "admin", at: server.address)) { admin in
                try await eventually { try await admin.call("PING").string == "PONG" }
                _ = try await admin.call("RPUSH", keys.ready, "a", "b")
                _ = try await admin.call("ZADD", keys.leased, "1", "c")
                _ = try await admin.call("SET", keys.delayed, "of no concern")
            }
            try await withRedisClient(passwords.configuration(of: "autoscaler", at: server.address)) { client in
                let ready = try await client.call("EVAL", script, "1", keys.ready).int
                let leased = try await client.call("EVAL", script, "1", keys.leased).int
                #expect(ready == 2 && leased == 1)
                for command in [
                    ["GET", keys.delayed], ["EVAL", script, "1", keys.delayed], ["LPOP", keys.ready], ["KEYS", "*"],
                ] {
                    await #expect(throws: RedisError.self, "\(command)") {
                        _ = try await client.send(RedisCommand(command[0], arguments: Array(command.dropFirst())))
                    }
                }
            }
        }
    }

    @Test("Sentinel with sentinel.conf makes the replica the master, and its users are refused nothing")
    func failover() async throws {
        try await withTemporaryDirectory { directory in
            let passwords = try await Passwords(in: directory + "/passwords")
            let ports = try (0..<3).map { _ in try ServerProcess.freePort() }
            let replication = ["--masteruser", "tidemark-replica", "--masterauth", try passwords.text(of: "replica")]
            let servers = try ports.prefix(2).map { port in
                // Sentinel has each server write into its file who it is now.
                let copy = "\(directory)/redis-\(port).conf"
                try FileManager.default.copyItem(atPath: DeployFolder.file("redis/redis.conf"), toPath: copy)
                return try ServerProcess(
                    port: port,
                    in: directory,
                    arguments: [copy, "--aclfile", passwords.file] + replication
                        + ["--repl-diskless-sync-delay", "0"]
                        + (port == ports[0] ? [] : ["--replicaof", "127.0.0.1 \(ports[0])"])
                )
            }
            let file = directory + "/sentinel.conf"
            let text = try DeployFolder.text("redis/sentinel.conf")
                .replacing("192.0.2.1 6379 2", with: "127.0.0.1 \(ports[0]) 1")
                .replacing("the-password-of-tidemark-sentinel", with: try passwords.text(of: "sentinel"))
            try Data(text.utf8).write(to: URL(filePath: file))
            let sentinel = try ServerProcess(port: ports[2], in: directory, arguments: [file, "--sentinel"])
            try await withServers(servers + [sentinel]) {
                try await sentinel.withClient { client in
                    try await eventually {
                        let fields = try await client.call("SENTINEL", "MASTER", "tidemark").array ?? []
                        let words = fields.compactMap(\.string)
                        return words.firstIndex(of: "num-slaves").map { words[$0 + 1] } == "1"
                    }
                    try await eventually { try await client.call("SENTINEL", "FAILOVER", "tidemark").string == "OK" }
                    try await eventually {
                        let reply = try await client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "tidemark")
                        return reply.array?.last?.string == "\(ports[1])"
                    }
                }
                for (server, role) in zip(servers, ["slave", "master"]) {
                    try await withRedisClient(passwords.configuration(of: "admin", at: server.address)) { admin in
                        try await eventually { try await admin.call("ROLE").array?.first?.string == role }
                        #expect(try await admin.call("ACL", "LOG").array?.isEmpty == true)
                    }
                }
            }
        }
    }

    /// What the test gives in place of what stands in the file.
    private static let given: Set<String> = ["dir", "aclfile", "bind"]

    private static func withServer(_ body: (ServerProcess, Passwords) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let passwords = try await Passwords(in: directory + "/passwords")
            let server = try ServerProcess(
                port: ServerProcess.freePort(),
                in: directory,
                arguments: [DeployFolder.file("redis/redis.conf"), "--aclfile", passwords.file]
            )
            try await withServers([server]) { try await body(server, passwords) }
        }
    }

    /// `256mb` as Redis gives it back.
    private static func bytes(_ text: String) -> String {
        let units = ["mb": 1 << 20, "gb": 1 << 30]
        guard let unit = units[String(text.suffix(2))], let number = Int(text.dropLast(2)) else { return text }
        return "\(number * unit)"
    }
}
