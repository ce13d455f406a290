import Catalog
import Foundation
import Testing

@testable import CatalogConsumer

@Suite struct JSONLinesSinkTests {
    @Test func oneLineForEachDelta() async throws {
        let pipe = Pipe()
        let sink = JSONLinesSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        try await sink.apply(
            [
                TestDelta(added: [TestDelta.entity("a")], removed: ["component:default/b"]).entry(7),
                TestDelta.cycle(.cycleCompleted, 3).entry(8),
            ],
            provider: "github"
        )
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3 && lines[2].isEmpty)
        let first = try JSON(parsing: String(lines[0]))
        #expect(first["id"] == "7-0")
        #expect(first["type"] == "delta")
        #expect(first["added"]?[0]?["entity"]?["metadata"]?["name"] == "a")
        #expect(first["added"]?[0]?["locationKey"] == "github")
        #expect(first["removed"]?[0]?["entityRef"] == "component:default/b")
        let second = try JSON(parsing: String(lines[1]))
        #expect(second["type"] == "cycle-completed")
        #expect(second["generation"] == 3)
        #expect(second["added"] == [])
        #expect(first["traceparent"] == nil && first["tracestate"] == nil)
    }

    @Test func theTraceOfADelta() throws {
        var line = DeltaLine()
        let fields = TestDelta.adding("a").fields + [("traceparent", "00-a-b-01"), ("tracestate", "v=\"")]
        let entry = StreamEntry(
            id: .zero,
            delta: try Delta(fields: fields.map { ($0.0, Array($0.1.utf8)) })
        )
        var text: [UInt8] = []
        line.withBytes(of: entry) { text = Array($0) }
        let json = try JSON(parsing: text)
        #expect(json["traceparent"] == "00-a-b-01" && json["tracestate"] == "v=\"")
    }

    @Test func aClosedPipeEndsTheConsumer() async throws {
        let pipe = Pipe()
        let sink = JSONLinesSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForReading.close()
        let error = await #expect(throws: SinkError.self) {
            try await sink.apply([TestDelta.adding("a").entry(1)], provider: "github")
        }
        #expect(error?.code == .closed)
    }

    @Test func aSlowReaderGetsEverything() async throws {
        let pipe = Pipe()
        let sink = JSONLinesSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let reader = Task.detached { try pipe.fileHandleForReading.readToEnd()?.count ?? 0 }
        let added = (0..<500).map {
            TestDelta.entity("e\($0)", metadata: #","description":"\#(String(repeating: "x", count: 500))""#)
        }
        let entries = try (1...10).map { try TestDelta(added: added).entry($0) }
        try await sink.apply(entries, provider: "github")
        try pipe.fileHandleForWriting.close()
        let count = try await reader.value
        #expect(count > 10 * 500 * 500)
    }
}
