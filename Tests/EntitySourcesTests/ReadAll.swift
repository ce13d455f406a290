import Catalog
import EntitySources
import Ingestion
import Logging
import TestSupport

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension EntitySource {
    /// Reads every page from the start, or from a cursor; every page with a client of its own, since nothing but the cursor may
    /// go from one to the next.
    func readAll(from start: JSON? = nil, limit: Int = 100) async throws -> (pages: [Page], entities: [String]) {
        var waiting = [start]
        var pages: [Page] = []
        while !waiting.isEmpty, pages.count < limit {
            let cursor = waiting.removeFirst()
            let page = try await readPage(at: cursor)
            pages.append(page)
            waiting += page.next.map { Optional($0) }
        }
        return (pages, pages.flatMap(\.entities).map(\.description))
    }

    func readPage(at cursor: JSON? = nil) async throws -> Page {
        var page: Page?
        try await withClient { client in
            page = try await self.page(at: cursor, using: client)
        }
        guard let page else { throw NoPage() }
        return page
    }
}

struct NoPage: Error {}

/// Reads all pages of a source that is configured against a server which answers with `handler`.
func reading(
    _ handler: @escaping HTTPTestServer.Handler,
    path: String = "/items",
    limit: Int = 100,
    _ configure: (inout HTTPSource.Configuration) -> Void
) async throws -> (entities: [String], uris: [String], pages: [Page]) {
    try await HTTPTestServer.with(handler) { server in
        var configuration = HTTPSource.Configuration(url: server.url + path)
        configure(&configuration)
        let source = try HTTPSource(configuration, logger: quiet)
        let (pages, entities) = try await source.readAll(limit: limit)
        return (entities, server.requests.map(\.uri), pages)
    }
}

/// The error of reading one page of a source that is configured against a server which answers with `handler`.
func failing(
    _ handler: @escaping HTTPTestServer.Handler,
    at cursor: JSON? = nil,
    _ configure: (inout HTTPSource.Configuration) -> Void = { _ in }
) async throws -> SourceError? {
    try await HTTPTestServer.with(handler) { server in
        var configuration = HTTPSource.Configuration(url: server.url + "/items")
        configuration.entity = "."
        configure(&configuration)
        let source = try HTTPSource(configuration, logger: quiet)
        do {
            _ = try await source.readPage(at: cursor)
            return nil
        } catch let error as SourceError {
            return error
        }
    }
}
