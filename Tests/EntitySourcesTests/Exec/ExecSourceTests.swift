import Catalog
import EntitySources
import Foundation
import Ingestion
import Logging
import Synchronization
import TestSupport
import Testing

@Suite struct ExecSourceTests {
    private func source(
        _ script: String,
        program: String = "python3",
        logger: Logger = quiet,
        _ configure: (inout ExecSource.Configuration) -> Void = { _ in }
    ) throws -> ExecSource {
        var configuration = ExecSource.Configuration(command: [program, program == "python3" ? "-uc" : "-c", script])
        configure(&configuration)
        return try ExecSource(configuration, logger: logger)
    }

    /// The error of reading the first page.
    private func failure(of source: ExecSource) async -> SourceError? {
        do {
            _ = try await source.readPage()
            return nil
        } catch {
            return error as? SourceError
        }
    }

    @Test func aProgramAnswersLineByLine() async throws {
        let source = try source(
            """
            import sys, json
            for line in sys.stdin:
                cursor = json.loads(line)["cursor"] or 0
                entities = [{"n": cursor * 2 + i, "ü": "\\n"} for i in range(2)]
                print(json.dumps({"entities": entities, "next": [cursor + 1] if cursor < 2 else []}))
            """
        )
        var pages: [Page] = []
        try await source.withClient { client in
            var cursor: JSON?
            repeat {
                let page = try await source.page(at: cursor, using: client)
                pages.append(page)
                cursor = page.next.first
            } while cursor != nil
        }
        #expect(pages.map(\.next) == [[1], [2], []])
        #expect(pages.flatMap(\.entities).map(\.description) == (0..<6).map { #"{"n":\#($0),"ü":"\n"}"# })
    }

    @Test func aProgramMayEndWithItsAnswer() async throws {
        let source = try source(#"read line; printf '{"entities":[{"a":1}],"next":[]}'"#, program: "sh")
        #expect(try await source.readPage().entities.map(\.description) == [#"{"a":1}"#])
    }

    @Test func aLargeLineArrivesWhole() async throws {
        let source = try source(
            #"import sys; sys.stdin.readline(); print('{"entities":["' + "x" * 3000000 + '"],"next":[]}')"#
        )
        #expect(try await source.readPage().entities[0].bytes.count == 3_000_002)
    }

    @Test(
        arguments: [
            ("print('{}')", .invalidPage, #""entities" is missing"#),
            (#"print('{"entities":[]}')"#, .invalidPage, #"write "next": [] at the end"#),
            (#"print('{"entities":{},"next":[]}')"#, .invalidPage, #""entities" is missing, or not an array"#),
            ("print('[]')", .invalidPage, "not an object"), ("print('')", .invalidPage, "empty"),
            ("print('hello world')", .invalidPage, "Invalid"),
            (#"print('{"entities":[}')"#, .invalidPage, "at line 1, column 14"),
            (
                #"print('{"error":{"code":"cursor-expired","message":"too old"}}')"#, .cursorExpired,
                "the source says: too old"
            ), (#"print('{"error":{"code":"rate-limited","retryAfter":30}}')"#, .rateLimited, "no message"),
            (#"print('{"error":{"code":"new","message":"x"}}')"#, .unavailable, "the source says: x"),
            (#"print('{"error":"x"}')"#, .unavailable, "no message"),
            ("import sys; sys.exit(3)", .exited, "python3 ended before it answered: exit status 3; it wrote nothing"),
            (
                "import sys; print('one\\ntwo', file=sys.stderr); sys.exit(1)", .exited,
                "exit status 1; its standard error ends: one ⏎ two"
            ), ("import os; os.kill(os.getpid(), 9)", .exited, "ended by signal 9"),
            ("print('x' * 2000)", .limitExceeded, "a line longer than 1000 bytes (maxLineBytes)"),
        ] as [(String, SourceError.Code, String)]
    )
    func faultsAreNamed(_ script: String, _ code: SourceError.Code, _ message: String) async throws {
        let source = try source("input()\n" + script) { $0.maxLineBytes = 1_000 }
        let error = await failure(of: source)
        #expect(error?.code == code)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func theTimeToComeBackIsTakenOver() async throws {
        let source = try source(
            #"input(); print('{"error":{"code":"rate-limited","message":"slow","retryAfter":1.5}}')"#
        )
        #expect(await failure(of: source)?.retryAfter == .milliseconds(1_500))
    }

    @Test(arguments: [
        (["tidemark-no-such-program"], nil, "cannot start tidemark-no-such-program: there is no such program"),
        (["/tmp/tidemark/none"], nil, "cannot start /tmp/tidemark/none: "),
        (["/etc/passwd"], nil, "cannot start /etc/passwd: "),
        (["sh"], "/tidemark/none", "working directory /tidemark/none does not exist"),
    ])
    func whatCannotBeStarted(_ command: [String], _ directory: String?, _ message: String) async throws {
        var configuration = ExecSource.Configuration(command: command)
        configuration.workingDirectory = directory
        let error = await failure(of: try ExecSource(configuration, logger: quiet))
        #expect(error?.code == .exited)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func theEnvironmentIsWhatIsConfigured() async throws {
        setenv("TIDEMARK_TEST_SECRET", "leaked", 1)
        let script = """
            import os, sys, json
            sys.stdin.readline()
            print(json.dumps({"entities": [dict(os.environ), os.getcwd()], "next": []}))
            """
        let source = try source(script) {
            $0.environment = ["TOKEN": "t0ken", "LANG": "C"]
            $0.workingDirectory = "/"
        }
        let rehearsal = Rehearsal()
        let page = try await Rehearsal.$current.withValue(rehearsal) { try await source.readPage(at: ["page": 2]) }
        let environment = try JSON(parsing: page.entities[0])
        #expect(environment["TOKEN"] == "t0ken")
        #expect(environment["LANG"] == "C")
        let path = try #require(ProcessInfo.processInfo.environment["PATH"])
        // An interpreter's launcher may put its own folder before it.
        #expect(environment["PATH"]?.string?.hasSuffix(path) == true)
        #expect(environment["TIDEMARK_TEST_SECRET"] == nil)
        #expect(page.entities[1].description == #""/""#)

        let description = try #require(rehearsal.takeNotes().exchanges.first?.request)
        #expect(description.details.contains("TOKEN=***"))
        #expect(description.body == #"{"cursor":{"page":2}}"#)
        #expect(!"\(description)".contains("t0ken"))
    }

    @Test func standardErrorGoesIntoTheLogWithoutSecrets() async throws {
        let log = LogCollector()
        let script = """
            import sys
            print("using t0ken-secret", file=sys.stderr)
            print("x" * 5000, file=sys.stderr)
            input()
            """
        let source = try source(script, logger: Logger(label: "test") { _ in log }) {
            $0.environment = ["TOKEN": "t0ken-secret"]
        }
        let error = await failure(of: source)
        #expect(log.lines.first == "using ***")
        #expect(log.lines.map(\.count) == [9, 2_000])
        #expect(error?.message.contains("t0ken-secret") == false)
        #expect(error?.message.contains("its standard error ends: using ***") == true)
    }

    @Test func aProgramEndsWithItsBurst() async throws {
        let source = try source(
            #"""
            import os, sys
            sys.stdin.readline()
            print('{"entities":[%d],"next":[]}' % os.getpid())
            sys.stdin.read()
            """#
        )
        let page = try await source.readPage()
        let pid = try #require(Int32(page.entities[0].description))
        #expect(kill(pid, 0) == -1)
    }

    @Test(arguments: [true, false])
    func aProgramThatWillNotEndIsKilledWithItsChildren(_ isCancelled: Bool) async throws {
        // It ignores the end of its input and SIGTERM, and has a child that holds its output open.
        let source = try source(
            #"""
            trap '' TERM
            sleep 1000 &
            read line
            echo '{"entities":['$$','$!'],"next":["x"]}'
            while true; do sleep 1000; done
            """#,
            program: "sh"
        ) { $0.terminationGrace = .milliseconds(20) }
        let (answered, answer) = AsyncStream.makeStream(of: [Int32].self)
        let burst = Task {
            try await source.withClient { client in
                let page = try await source.page(at: nil, using: client)
                answer.yield(page.entities.compactMap { Int32($0.description) })
                if isCancelled { _ = try await source.page(at: "x", using: client) }
            }
        }
        var pids: [Int32] = []
        for await found in answered {
            pids = found
            break
        }
        if isCancelled {
            burst.cancel()
            await #expect(throws: CancellationError.self) { try await burst.value }
        } else {
            try await burst.value
        }
        #expect(pids.count == 2)
        // A killed process takes a moment to die, and to be reaped by the system's first.
        for pid in pids { try await eventually { kill(pid, 0) == -1 || isZombie(pid) } }
    }

    @Test func aSecondLineForOneCursorIsAnError() async throws {
        let source = try source(
            #"input(); print('{"entities":[],"next":[1]}\n{"entities":[],"next":[]}', flush=True); input()"#
        )
        let error = await #expect(throws: SourceError.self) {
            try await source.withClient { client in
                let page = try await source.page(at: nil, using: client)
                _ = try await source.page(at: page.next[0], using: client)
            }
        }
        #expect(error?.message.contains("wrote more than one line for one cursor") == true)
    }

    @Test func aProgramThatIsGoneBeforeItsSecondPage() async throws {
        let source = try source(#"input(); print('{"entities":[],"next":[1]}'); import sys; sys.exit(4)"#)
        let error = await #expect(throws: SourceError.self) {
            try await source.withClient { client in
                _ = try await source.page(at: nil, using: client)
                _ = try await source.page(at: 1, using: client)
            }
        }
        #expect(error?.code == .exited)
        #expect(error?.message.contains("exit status 4") == true)
    }

    @Test(arguments: [[], [""], ["a\0b"]]) func mistakesInTheCommand(_ command: [String]) {
        let configuration = ExecSource.Configuration(command: command)
        let error = #expect(throws: SourceConfigurationError.self) { try ExecSource(configuration, logger: quiet) }
        #expect(error?.field == "command")
    }

    @Test("the text of the program, and of files among its arguments, is part of its plan")
    func textsOfFilesAreInThePlan() async throws {
        try await withTemporaryDirectory { folder in
            func plan(_ command: [String], _ content: Data?) throws -> JSON {
                let file = URL(filePath: "\(folder)/list")
                if let content { try content.write(to: file) } else { try FileManager.default.removeItem(at: file) }
                var configuration = ExecSource.Configuration(command: command)
                configuration.workingDirectory = folder
                return try ExecSource(configuration, logger: quiet).planIdentity
            }
            let (first, second) = (Data("one".utf8), Data("two".utf8))
            for command in [["\(folder)/list"], ["python3", "list"], ["python3", "-u", "\(folder)/list"]] {
                let plans = [try plan(command, first), try plan(command, second), try plan(command, nil)]
                #expect(Set(plans).count == 3)
                #expect(try plan(command, first) == plans[0])
            }
            for command in [["list"], ["python3", "."], ["python3", "--file=list"]] {
                #expect(try plan(command, first) == plan(command, second))
            }
            let large = Data(count: 16 << 20)
            #expect(try plan(["sh", "list"], large + first) == plan(["sh", "list"], large + second))
            #expect(try plan(["sh", "list"], large + first) != plan(["sh", "list"], large))
        }
    }

    private func isZombie(_ pid: Int32) -> Bool {
        let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return stat.map { $0.split(separator: ")").last?.hasPrefix(" Z") == true } ?? true
    }
}

private final class LogCollector: LogHandler {
    private let collected = Mutex<[String]>([])

    var lines: [String] { collected.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        guard event.level >= .info else { return }
        collected.withLock { $0.append("\(event.message)") }
    }
}
