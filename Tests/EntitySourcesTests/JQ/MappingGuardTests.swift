import Testing

@testable import EntitySources

@Suite struct MappingGuardTests {
    @Test(arguments: ["def f: f; f", "last(range(1e15))", "repeat(1) | select(false)", "[limit(1e12; repeat(1))]"])
    func anEndlessExpressionIsStopped(_ expression: String) async throws {
        var limits = MappingLimits()
        limits.time = .milliseconds(50)
        let error = await #expect(throws: JQError.self) { try await evaluate(expression, "null", limits: limits) }
        #expect(error?.code == .timeLimit)
    }

    @Test func aCancelledTaskStopsItsExpression() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        var limits = MappingLimits()
        limits.time = .seconds(600)
        let task = Task { [limits] in
            try await MappingGuard.within(limits) { guardian in
                let program = try JQProgram("1, def f: f; f")
                program.start(JQValue("x"))
                _ = try program.next(guardian)
                start.yield()
                _ = try program.next(guardian)
            }
        }
        for await _ in started { break }
        task.cancel()
        let error = await #expect(throws: JQError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func resultsAndBytesAreBounded() async throws {
        var limits = MappingLimits()
        limits.results = 10
        #expect(try await evaluate("range(10)", "null", limits: limits).count == 10)
        let error = await #expect(throws: JQError.self) { try await evaluate("range(11)", "null", limits: limits) }
        #expect(error?.code == .sizeLimit)

        limits.bytes = 100
        await #expect(throws: JQError(.sizeLimit, "the entities of one page are longer than 100 bytes")) {
            try await MappingGuard.within(limits) { guardian in
                try guardian.count(bytes: 100)
                try guardian.count(bytes: 1)
            }
        }
    }
}
