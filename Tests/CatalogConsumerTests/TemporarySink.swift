import CatalogConsumer
import TestSupport

/// Runs `body` with the path of a file in a folder that is removed after.
func withTemporaryFile<Result>(_ name: String, _ body: (String) async throws -> Result) async throws -> Result {
    try await withTemporaryDirectory { try await body("\($0)/\(name)") }
}

/// Runs `body` with a new SQLite catalog.
func withSink<Result>(_ body: (SQLiteSink) async throws -> Result) async throws -> Result {
    try await withTemporaryFile("catalog.db") { path in
        try await body(try SQLiteSink(path: path))
    }
}
