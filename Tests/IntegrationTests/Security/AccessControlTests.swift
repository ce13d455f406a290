import CatalogConsumer
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// `deploy/redis/tidemark.acl` on a real Redis.
@Suite struct AccessControlTests {
    @Test("a worker, a consumer and every command of an operator run under the ACL file, and nothing is refused")
    func everythingRuns() async throws {
        try await AccessControl.with { access in
            let name = Deployment.provider
            let store = Store(redis: access.admin)
            func status() async throws -> ProviderStatus { try await Operations(store: store).status(of: name) }
            func operate(_ arguments: String...) async throws {
                let result = try await tidemark(arguments, in: access, as: .operator_)
                #expect(result.status == .exited(0), "\(arguments): \(result.output)\(result.errors)")
            }
            try access.source.list((0..<20).map { "host-\($0)" } + ["-not-valid"])
            try await withTidemark(
                ["worker", "-c", access.configurationFile(of: .worker)],
                name: "worker",
                in: access.directory
            ) { worker in
                try await withTidemark(
                    ["consume", "-c", access.configurationFile(of: .consumer)],
                    name: "consume",
                    in: access.directory
                ) { _ in
                    let catalog = SQLiteCatalog.eventually(access.directory + "/catalog.sqlite")
                    try await eventually { try await status().completed == 1 }
                    try await eventually { try await catalog().count() == 20 }

                    for command in ["status", "verify"] { try await operate(command, "--json") }
                    for command in ["show", "history", "rejected", "pause", "resume", "resync", "trigger"] {
                        try await operate(command, name)
                    }
                    try await eventually { try await status().completed == 2 }
                    try await operate("cancel", name, "--for", "1h")
                    try await operate("resume", name)
                    try await eventually { try await status().completed == 3 }

                    let event = access.directory + "/event.json"
                    try Data(#"{"removed": ["component:default/host-1"]}"#.utf8).write(to: URL(filePath: event))
                    try await operate("event", name, "--file", event)
                    try await eventually { try await catalog().count() == 19 }

                    // A held sweep: discarded, then approved.
                    try access.source.list([])
                    try await operate("start", name)
                    try await eventually { try await status().phase == .held }
                    try await operate("sweep", "show", name)
                    try await operate("sweep", "discard", name)
                    try await operate("start", name)
                    try await eventually { try await status().phase == .held }
                    try await operate("sweep", "approve", name)
                    try await eventually { try await catalog().count() == 0 }

                    // A job that is given up, and run again.
                    try access.source.list((0..<20).map { "host-\($0)" })
                    try FileManager.default.removeItem(atPath: access.directory + "/chain-1")
                    try await operate("start", name)
                    try await eventually { try await status().phase == .failed }
                    try access.source.list((0..<20).map { "host-\($0)" })
                    try await operate("retry", name)
                    try await eventually { try await catalog().count() == 20 }
                    try await eventually { try await status().phase == .resting }

                    try await operate("purge", name, "--publish")
                    try await eventually { try await catalog().count() == 0 }
                    try await operate("start", name)
                    try await eventually { try await catalog().count() == 20 }
                }
                try worker.send(.terminate)
            }
            #expect(try await access.refusals() == [])
        }
    }

    @Test("every command of every script is given to whoever runs the script", arguments: AccessControl.Role.allCases)
    func everyCommandOfTheScriptsIsGiven(_ role: AccessControl.Role) async throws {
        let keys = [
            "tidemark:layout", "{tidemark:0}:providers", "{tidemark:0}:jobs:ready", "{tidemark:0}:job:p:1",
            "{tidemark:0}:provider:p", "{tidemark:0}:provider:p:waiting", "{tidemark:0}:provider:p:seen:1",
            "{tidemark:0}:provider:p:missed", "{tidemark:0}:provider:p:digests", "{tidemark:0}:provider:p:touched",
            "{tidemark:0}:provider:p:rejected", "{tidemark:0}:provider:p:workers", "{tidemark:0}:provider:p:held",
            "{tidemark:0}:provider:p:locations",
            "{tidemark:0}:provider:p:deltas", "{tidemark:0}:provider:p:consumer:g",
            "{tidemark:0}:provider:p:deliveries", "{tidemark:0}:provider:p:validators", "{tidemark:0}:provider:p:feed",
            "{tidemark:0}:provider:p:ids", "{tidemark:0}:provider:p:owners", "{tidemark:0}:provider:p:history",
            "{tidemark:0}:workers", "{tidemark:0}:worker:w", "{tidemark:0}:layout",
        ]
        try await AccessControl.with { access in
            for command in try Self.commands(of: role) {
                let words = command.split(separator: " ").map(String.init)
                var answers: Set<String> = []
                for key in keys {
                    // TIME takes nothing; of the others the key, then more arguments than any of them needs at least.
                    let arguments = command == "TIME" ? [] : [key] + Self.arguments[words[0], default: ["1", "1"]]
                    let command = RedisCommand(
                        "ACL",
                        arguments: ["DRYRUN", "tidemark-\(role.rawValue)"] + words + arguments
                    )
                    answers.insert(try await access.admin.send(command).string ?? "")
                }
                #expect(answers.contains("OK"), "\(role.rawValue) may not \(command): \(answers)")
            }
        }
    }

    @Test("a worker may rename what a cycle has missed, and takes from it")
    func missedRefs() async throws {
        let key = "{tidemark:0}:provider:p:missed"
        try await AccessControl.with { access in
            for command in [
                "RENAME {tidemark:0}:provider:p:seen:1 \(key)", "EXISTS \(key)", "SCARD \(key)", "SPOP \(key) 500",
                "SREM \(key) a", "SMOVE \(key) {tidemark:0}:provider:p:seen:2 a", "SSCAN \(key) 0",
            ] {
                let words = command.split(separator: " ").map(String.init)
                let answer = try await access.admin.send(
                    RedisCommand("ACL", arguments: ["DRYRUN", "tidemark-worker"] + words)
                )
                #expect(answer.string == "OK", "\(command): \(answer.string ?? "")")
            }
        }
    }

    /// What the number of arguments of a command must be, where it is not three.
    private static let arguments = [
        "GET": [], "HGETALL": [], "LLEN": [], "LPOP": [], "SCARD": [], "XLEN": [], "EXISTS": [], "DEL": [],
        "UNLINK": [], "HLEN": [], "RENAME": ["{tidemark:0}:provider:p:validators-before"],
        "SMOVE": ["{tidemark:0}:provider:p:seen:2", "m"], "XADD": ["*", "f", "v"], "XINFO": [], "XGROUP": ["g", "0"],
        "SPOP": [],
        "HGET": ["f"], "XPENDING": ["g"], "PEXPIRE": ["1"], "XTRIM": ["MAXLEN", "1"], "ZMSCORE": ["m"],
        "ZSCORE": ["m"], "ZCARD": [], "PTTL": [], "SISMEMBER": ["m"],
    ]

    /// The commands that the scripts of a role call, such as `HGET` and `XINFO GROUPS`.
    private static func commands(of role: AccessControl.Role) throws -> [String] {
        let sources = AccessControl.file.deletingLastPathComponent().appending(path: "../../Sources").standardized
        var scripts: [String]
        switch role {
        case .consumer:
            let folder = sources.appending(path: "CatalogConsumer/Lua")
            scripts = try FileManager.default.contentsOfDirectory(atPath: folder.path()).map {
                "CatalogConsumer/Lua/\($0)"
            }
            // What a consumer does itself that cannot have read everything.
            scripts += ["lane", "resync"].map { "Ingestion/Lua/\($0).lua" }
        case .worker, .operator_:
            let operations = [
                "approve", "cancel", "discard", "event", "pause", "purge", "resume", "resync", "retry", "start",
                "trigger", "upgrade",
            ]
            let own = Scripts.all.map(\.name).filter { operations.contains($0) == (role == .operator_) }
            scripts = (["lane", "live", "records"] + own).map { "Ingestion/Lua/\($0).lua" }
        }
        var commands: Set<String> = []
        for script in scripts {
            let text = try String(contentsOf: sources.appending(path: script), encoding: .utf8)
            for match in text.matches(of: /redis\.p?call\('([A-Z]+)'(?:, '(GROUPS|STREAM|SETID|CREATE)')?/) {
                commands.insert(([match.1, match.2].compactMap { $0 }).joined(separator: " "))
            }
        }
        return commands.sorted()
    }

    /// What each user tries that it has no business with.
    static let refused: [(role: AccessControl.Role, command: String)] = {
        let everyone = [
            "FLUSHALL", "FLUSHDB", "KEYS *", "CONFIG GET *", "CONFIG SET maxmemory-policy allkeys-lru",
            "SHUTDOWN NOSAVE",
            "DEBUG SLEEP 0", "MONITOR", "ACL LIST", "ACL SETUSER tidemark-worker +@all", "CLIENT LIST",
            "CLIENT KILL ID 1",
            "REPLICAOF NO ONE", "MIGRATE 127.0.0.1 1 {tidemark:0}:jobs:ready 0 1", "SAVE", "BGREWRITEAOF",
            "SLOWLOG GET",
            "MODULE LIST", "LATENCY LATEST", "SWAPDB 0 1", "SELECT 1", "PUBLISH c m", "SUBSCRIBE c", "EVAL return{} 0",
            "FUNCTION LIST", "SCRIPT FLUSH", "SCRIPT KILL", "GET other", "SET other 1", "HGETALL other:layout",
            "DEL {tidemark:0}:provider:p:deltas", "XTRIM {tidemark:0}:provider:p:rejected MAXLEN 0",
            "RENAME {tidemark:0}:provider:p:deltas other", "DUMP {tidemark:0}:provider:p",
            "RESTORE {tidemark:0}:provider:p 0 x", "EXPIRE {tidemark:0}:provider:p 1",
            "COPY {tidemark:0}:provider:p other",
            "XDEL {tidemark:0}:provider:p:deltas 1-1", "XGROUP DESTROY {tidemark:0}:provider:p:deltas catalog",
            "HSET {other:0}:provider:p a b", "EVALSHA 0 1 other",
        ]
        let worker = [
            "XTRIM {tidemark:0}:provider:p:deltas MAXLEN 0", "UNLINK {tidemark:0}:provider:p:deltas",
            "XGROUP SETID {tidemark:0}:provider:p:deltas catalog $", "XREAD STREAMS {tidemark:0}:provider:p:deltas 0",
            "XACK {tidemark:0}:provider:p:deltas catalog 1-1", "SET {tidemark:0}:provider:p:consumer:catalog me",
            "DEL tidemark:layout", "HSET tidemark:layout lanes 9", "DEL {tidemark:0}:provider:p", "SCAN 0",
            "SMEMBERS {tidemark:0}:provider:p:seen:1", "HSCAN {tidemark:0}:provider:p:digests 0",
            "XRANGE {tidemark:0}:provider:p:rejected - +", "SREM {tidemark:0}:providers p",
            "RPUSH {tidemark:0}:workers a", "LREM {tidemark:0}:jobs:dead 1 a",
        ]
        let consumer = [
            "INFO", "SCAN 0", "DEL {tidemark:0}:provider:p", "SREM {tidemark:0}:providers p",
            "XADD {tidemark:0}:provider:p:deltas * v 1", "SADD {tidemark:0}:provider:p:seen:1 a",
            "SPOP {tidemark:0}:provider:p:seen:1", "LREM {tidemark:0}:jobs:dead 1 a",
            "BZPOPMIN {tidemark:0}:jobs:wake 1",
            "LPOP {tidemark:0}:jobs:ready", "HGET {tidemark:0}:job:p:1 cursor",
            "XRANGE {tidemark:0}:provider:p:rejected - +",
            "HSETNX tidemark:layout lanes 9", "SET {tidemark:0}:layout 9", "UNLINK {tidemark:0}:provider:p:deltas",
        ]
        let operator_ = [
            "XTRIM {tidemark:0}:provider:p:deltas MAXLEN 0", "UNLINK {tidemark:0}:provider:p:deltas",
            "XGROUP SETID {tidemark:0}:provider:p:deltas catalog $", "BZPOPMIN {tidemark:0}:jobs:wake 1",
            "SET {tidemark:0}:provider:p:consumer:catalog me", "PEXPIRE {tidemark:0}:provider:p:deltas 1",
            "HSETNX tidemark:layout lanes 9", "LPOP {tidemark:0}:jobs:ready", "DEL {tidemark:0}:provider:p",
        ]
        return AccessControl.Role.allCases.flatMap { role in
            let own =
                switch role {
                case .worker: worker
                case .consumer: consumer
                case .operator_: operator_
                }
            return (everyone + own).map { (role, $0) }
        }
    }()

    @Test("each user is refused everything else")
    func everythingElseIsRefused() async throws {
        try await AccessControl.with { access in
            // Something that would be lost.
            _ = try await access.admin.call("XADD", "{tidemark:0}:provider:p:deltas", "1-1", "v", "1")
            for role in AccessControl.Role.allCases {
                try await access.withClient(of: role) { client in
                    for command in Self.refused.filter({ $0.role == role }).map(\.command) {
                        let words = command.split(separator: " ").map(String.init)
                        let reply = try await client.pipeline([
                            RedisCommand(words[0], arguments: Array(words.dropFirst()))
                        ])
                        let isRefused = reply[0].error?.prefix == "NOPERM"
                        #expect(isRefused, "\(role.rawValue): \(command) → \(reply[0])")
                        if isRefused { print("refused to \(role.rawValue): \(command)") }
                    }
                }
            }
            #expect(try await access.admin.call("XLEN", "{tidemark:0}:provider:p:deltas").int == 1)
        }
    }

    @Test("a script of one's own may do no more than its user", arguments: AccessControl.Role.allCases)
    func scriptsMayDoNoMore(_ role: AccessControl.Role) async throws {
        try await AccessControl.with { access in
            try await access.withClient(of: role) { client in
                for body in [
                    "'FLUSHALL'", "'CONFIG', 'GET', '*'", "'GET', 'other'", "'DEL', '{tidemark:0}:provider:p:deltas'",
                ] {
                    let digest = try await client.call("SCRIPT", "LOAD", "return redis.call(\(body))").string
                    let reply = try await client.pipeline([RedisCommand("EVALSHA", try #require(digest), "0")])
                    // Words of Redis 7.0, and of later ones and Valkey.
                    let words = [
                        "The user executing the script can't", "not allowed from script", "ACL failure in script",
                    ]
                    let message = reply[0].error?.message ?? ""
                    #expect(words.contains { message.contains($0) }, "\(body): \(reply[0])")
                }
            }
        }
    }

    @Test("the file as it is shipped has no password that works: Redis does not start with it")
    func noDefaultPassword() async throws {
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: RedisError.self) {
                try await withRedisServer(
                    directory: directory + "/redis",
                    arguments: ["--aclfile", AccessControl.file.path()]
                ) { _ in }
            }
            #expect(error?.message.contains("password hash") == true, "\(error?.message ?? "")")
        }
    }
}

/// Runs a command of `tidemark` with the configuration of a user.
private func tidemark(_ arguments: [String], in access: AccessControl, as role: AccessControl.Role) async throws
    -> CommandResult
{
    try await tidemark(arguments + ["-c", access.configurationFile(of: role)], in: access.directory)
}

extension SQLiteCatalog {
    /// The catalog at a path, opened when it is asked for: a consumer creates it.
    fileprivate static func eventually(_ path: String) -> () throws -> SQLiteCatalog {
        { try SQLiteCatalog(readingAt: path) }
    }
}
