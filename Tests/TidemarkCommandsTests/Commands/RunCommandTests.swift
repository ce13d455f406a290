import Catalog
import CatalogConsumer
import Foundation
import Glibc
import Subprocess
import TestSupport
import Testing

/// `run` and `demo` as processes, with the private Redis that they start.
@Suite struct RunCommandTests {
    private func withSource(_ body: (String, ProgramSource) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let source = try ProgramSource(in: directory, chains: 2, pageSize: 3)
            let yaml = """
                providers:
                  inventory:
                    burstInterval: 0s
                    source: { exec: { command: ["\(source.command.joined(separator: "\", \""))"] } }
                """
            try yaml.write(toFile: directory + "/tidemark.yaml", atomically: true, encoding: .utf8)
            try await body(directory, source)
        }
    }

    @Test("One cycle from cron, and another: the catalog follows, nothing is left running")
    func cycles() async throws {
        try await withSource { directory, source in
            try source.list((0..<20).map { "host-\($0)" })
            let first = try await tidemark("run", "--cycles", "1", "--log-format", "json", in: directory)
            #expect(first.status == .exited(0), "\(first.errors)")
            let catalog = try SQLiteCatalog(readingAt: directory + "/tidemark-data/catalog.sqlite")
            #expect(try await catalog.count() == 20)
            for line in first.errors.split(separator: "\n") { _ = try JSON(parsing: String(line)) }

            try source.list((1..<21).map { "host-\($0)" })
            let second = try await tidemark("run", "--cycles", "2", in: directory)
            #expect(second.status == .exited(0), "\(second.errors)")
            #expect(try await catalog.count() == 20)
            #expect(try await catalog.entities(ref: "component:default/host-0").isEmpty)
            #expect(try await catalog.entities(ref: "component:default/host-20").count == 1)
            #expect(!FileManager.default.fileExists(atPath: directory + "/tidemark-data/redis/redis.sock"))
        }
    }

    @Test("Other commands find the private Redis of a run on the same configuration; SIGTERM ends it in order")
    func privateRedisIsFound() async throws {
        try await withSource { directory, source in
            try source.list(["a", "b"])
            let socket = directory + "/tidemark-data/redis/redis.sock"
            try await withTidemark(["run"], name: "run", in: directory) { process in
                try await eventually {
                    let show = try await tidemark("show", "inventory", "--json", in: directory)
                    return try JSON(parsing: show.output)["phase"] == "resting"
                }
                let verify = try await tidemark("verify", in: directory)
                #expect(verify.status == .exited(0), "\(verify.output)")
                try process.send(.terminate)
                try await eventually { !FileManager.default.fileExists(atPath: socket) }
            }
            let after = try await tidemark("status", in: directory)
            #expect(after.status == .exited(5))
        }
    }

    @Test("Ctrl-C waits for the page in hand; a second one does not, and leaves no Redis behind")
    func secondInterrupt() async throws {
        try await withSource { directory, source in
            try source.list(["a", "b"])
            try source.hold("0:0")
            let socket = directory + "/tidemark-data/redis/redis.sock"
            let status = try await withTidemark(["run"], name: "run", in: directory) { process in
                try await eventually { source.reads.contains("0:0") }
                try process.send(.interrupt)
                try await eventually {
                    process.lines.contains { $0.contains("stopping") }
                }
                try process.send(.interrupt)
                try await eventually { !FileManager.default.fileExists(atPath: socket) }
                try await eventually { process.lines.contains { $0.contains("stopped at once") } }
                try await eventually { process.hasEnded }
            }
            #expect(status == .exited(130))
        }
    }

    @Test("A second run on the same data directory is refused, and told why")
    func busyDirectory() async throws {
        try await withSource { directory, source in
            try source.list(["a"])
            try await withTidemark(["run"], name: "run", in: directory) { _ in
                try await eventually { try await tidemark("status", in: directory).status == .exited(0) }
                let second = try await tidemark("run", in: directory)
                #expect(second.status == .exited(5))
                #expect(second.errors.contains(directory + "/tidemark-data/redis"))
            }
        }
    }

    @Test("A run whose private Redis dies ends with 5, and says why in one line")
    func redisDies() async throws {
        try await withSource { directory, source in
            try source.list(["a", "b"])
            var lines: [Substring] = []
            let status = try await withTidemark(["run"], name: "run", in: directory) { process in
                try await eventually { try await tidemark("status", in: directory).status == .exited(0) }
                let file = directory + "/tidemark-data/redis/redis.pid"
                let redis = try #require(
                    pid_t(try String(contentsOfFile: file, encoding: .utf8).prefix { $0.isNumber })
                )
                kill(redis, SIGKILL)
                try await eventually { process.hasEnded }
                lines = process.lines
            }
            #expect(status == .exited(5))
            #expect(lines.last?.hasPrefix("error: The private Redis in ") == true)
            #expect(lines.last?.contains("was ended by signal 9") == true)
            #expect(!lines.contains { $0.contains("CancellationError") })
        }
    }

    @Test("SIGTERM in a run of cycles ends it in order, and is no error")
    func stoppedCycles() async throws {
        try await withSource { directory, source in
            try source.list(["a", "b"])
            try source.hold("0:0")
            var lines: [Substring] = []
            let status = try await withTidemark(["run", "--cycles", "1"], name: "run", in: directory) { process in
                try await eventually { source.reads.contains("0:0") }
                try process.send(.terminate)
                try await eventually { process.lines.contains { $0.contains("stopping") } }
                try source.letGo("0:0")
                try await eventually { process.hasEnded }
                lines = process.lines
            }
            #expect(status == .exited(0))
            #expect(!lines.contains { $0.contains("rror") }, "\(lines)")
        }
    }

    @Test(
        "A data directory too deep for a socket is refused, with the length and what to do",
        arguments: [104, 105, 107, 108]
    )
    func deepDirectory(_ length: Int) async throws {
        try await withSource { directory, source in
            try source.list(["a"])
            let rest = length - directory.utf8.count - "//redis/redis.sock".utf8.count
            let file = directory + "/tidemark.yaml"
            let yaml = try String(contentsOfFile: file, encoding: .utf8)
            try "dataDirectory: \(directory)/\(String(repeating: "d", count: rest))\n\(yaml)"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let run = try await tidemark("run", "--cycles", "1", in: directory)
            #expect(run.status == .exited(5))
            #expect(run.errors.contains("its path would take \(length) bytes"))
            #expect(run.errors.contains("Choose a directory with a shorter path"))
        }
    }

    @Test("A held sweep ends a run of cycles with 4, and says what to do")
    func heldSweep() async throws {
        try await withSource { directory, source in
            try source.list((0..<10).map { "host-\($0)" })
            #expect(try await tidemark("run", "--cycles", "1", in: directory).status == .exited(0))
            try source.list([])
            let held = try await tidemark("run", "--cycles", "1", in: directory)
            #expect(held.status == .exited(4))
            #expect(held.errors.contains("the sweep of inventory is held"))
            #expect(held.errors.contains("tidemark sweep show inventory"))
            let catalog = try SQLiteCatalog(readingAt: directory + "/tidemark-data/catalog.sqlite")
            #expect(try await catalog.count() == 10)
        }
    }
}
