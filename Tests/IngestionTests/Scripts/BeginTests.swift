import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct BeginTests {
    /// Something that a person does while two older generations become one.
    enum Operation: String, CaseIterable, Sendable {
        case approve, discard, retry, cancel, start, purge
    }

    @Test(
        "a worker dies while it merges what was marked into the older set: whatever a person does then, none of it is removed",
        arguments: Operation.allCases,
        [1, 2]
    )
    func mergeCutShort(operation: Operation, steps: Int) async throws {
        let names = (0..<8_000).map { "e\($0)" }
        let source = TestSource(names: names, pageSize: 500)
        let provider = Provider.test("test", source) {
            $0.rejectRemovalsAbovePercentage = 10
            $0.maxAttempts = 1
        }
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            // Fewer are marked than not, so the marked ones are moved.
            source.list([names[..<2_500].map { TestSource.entity($0) }] + [["none"].map { TestSource.entity($0) }])
            if operation == .retry {
                source.intercept { cursor in
                    if cursor?["chain"]?.integer == 1 { throw SourceError(.unavailable, "not now") }
                    return nil
                }
            }
            try await engine.runAnotherCycle("test")
            source.intercept(nil)
            #expect(try await engine.operations.status(of: "test").phase == (operation == .retry ? .failed : .held))
            let dead = try await engine.operations.dead("test").first?.id

            engine.time.advance(by: .seconds(25 * 60 * 60))
            let cycle = try #require(try await engine.claim().first)
            for _ in 0..<steps {
                guard case .success(nil) = try await engine.store.begin(cycle, lease: .seconds(30)) else {
                    throw Unexpected()
                }
            }
            engine.time.advance(by: .seconds(31))

            let (operations, refused) = (engine.operations, OperationError.Code.refused)
            func expectRefusal(_ operate: () async throws -> Void) async {
                await #expect { try await operate() } throws: { ($0 as? OperationError)?.code == refused }
            }
            switch operation {
            case .approve: await expectRefusal { try await operations.approveSweep("test") }
            case .discard: await expectRefusal { try await operations.discardSweep("test") }
            case .retry: await expectRefusal { try await operations.retry(try #require(dead)) }
            case .cancel:
                try await operations.cancel("test", for: .zero)
                await expectRefusal { try await operations.approveSweep("test") }
            case .start:
                try await operations.start("test")
                await expectRefusal { try await operations.approveSweep("test") }
            case .purge:
                // It is cut short too.
                let purge = Task {
                    try await operations.purge("test", publish: true, locationKey: "test") { _ in
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
                await #expect(throws: CancellationError.self) { try await purge.value }
                await expectRefusal { try await operations.approveSweep("test") }
                return
            }
            #expect(try await engine.catalog(of: "test").count == (operation == .retry ? 8_000 : 8_001))

            // The next cycle goes by its own reading.
            source.list(names[..<7_900].map { TestSource.entity($0) })
            try await engine.runCycle("test")
            #expect(try await operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").count == 7_900)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }
}
