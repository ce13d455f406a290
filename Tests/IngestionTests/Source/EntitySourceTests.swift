import Catalog
import Foundation
import Ingestion
import TestSupport
import Testing

/// What the example in the documentation reads from.
struct Inventory: Sendable {
    struct Connection: Sendable {
        let all: [String: [String]]

        func regions() async throws -> [String] { all.keys.sorted() }

        func hosts(in region: String, after: String, most: Int) async throws -> [String] {
            Array((all[region] ?? []).sorted().drop { $0 <= after }.prefix(most))
        }

        func close() async {}
    }

    let all: [String: [String]]

    func connect() async throws -> Connection { Connection(all: all) }
}

@Suite struct EntitySourceTests {
    @Test("the source in the documentation compiles, and its cycle is exact")
    func example() async throws {
        let all = ["eu": (100..<350).map { "eu-\($0)" }, "us": (100..<420).map { "us-\($0)" }, "empty": []]
        let source = InventorySource(inventory: Inventory(all: all))
        try await withEngine([.test("inventory", source)]) { engine in
            try await engine.runCycle("inventory")
            let refs = try await engine.catalog(of: "inventory").keys.sorted()
            #expect(refs == all.values.joined().map { "resource:default/\($0)" }.sorted())
            #expect(try await engine.violations(of: "inventory").isEmpty)
        }
    }

    @Test("the documentation shows the source that is tested")
    func documentation() throws {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let article = here.appending(path: "../../../Sources/Ingestion/Documentation.docc/WritingASource.md")
        let example = try String(contentsOf: here.appending(path: "ExampleSource.swift"), encoding: .utf8)
        #expect(try String(contentsOf: article, encoding: .utf8).contains("```swift\n\(example)```"))
    }
}
