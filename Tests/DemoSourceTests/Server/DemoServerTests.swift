import Logging
import Testing

@testable import DemoSource

@Suite("The demo server, over a real port")
struct DemoServerTests {
    @Test("Following the cursor meets every record exactly once", arguments: [RecordList.packages, .maintainers])
    func walk(list: RecordList) async throws {
        try await withServer(packages: 1_234) { server, client in
            let keys = try await client.walk("/\(list.rawValue)?per_page=100")
            let revision = server.revision
            #expect(keys == (list == .packages ? revision.packages.map(\.name) : revision.maintainers.map(\.id)))
            let page = try await client.get("/\(list.rawValue)")
            #expect(page.total == revision.count(of: list))
            #expect(page.items?.count == min(100, revision.count(of: list)))
        }
    }

    @Test("Ranges together hold every package exactly once", arguments: [1, 3, 16, 400])
    func shards(count: Int) async throws {
        try await withServer(packages: 301) { server, client in
            let start = try await client.get("/shards?count=\(count)")
            #expect(start.items?.isEmpty == true)
            #expect(start.total == 301)
            var names: [String] = []
            for cursor in try #require(start.cursors) {
                names += try await client.walk("/packages?per_page=7&cursor=\(cursor)")
            }
            #expect(start.cursors?.count == count)
            #expect(names == server.revision.packages.map(\.name))
        }
    }

    @Test("The packages of all maintainers together are all packages, each once; a cursor is one maintainer's")
    func packagesOfMaintainers() async throws {
        try await withServer(packages: 300) { server, client in
            var names: [String] = []
            var cursors: [String: String] = [:]
            for maintainer in server.revision.maintainers {
                let path = "/maintainers/\(maintainer.id)/packages?per_page=1"
                names += try await client.walk(path)
                cursors[maintainer.id] = try await client.get(path).next
            }
            #expect(names.sorted() == server.revision.packages.map(\.name))
            let (owner, cursor) = try #require(cursors.first)
            let other = try #require(server.revision.maintainers.first { $0.id != owner })
            let answer = try await client.get("/maintainers/\(other.id)/packages?cursor=\(cursor)")
            #expect(answer.status == 400)
            #expect(try await client.get("/packages?cursor=\(cursor)").status == 400)
        }
    }

    @Test("A cursor of an earlier revision has expired: 410")
    func staleCursor() async throws {
        try await withServer(packages: 300) { server, client in
            let cursor = try #require(try await client.get("/packages?per_page=10").next)
            let difference = server.advance()
            #expect(difference.packages == .init(added: 3, changed: 3, removed: 3, unchanged: 294))
            let answer = try await client.get("/packages?per_page=10&cursor=\(cursor)")
            #expect(answer.status == 410)
            #expect(answer.error?.code == "cursor_expired")
            #expect(try await client.walk("/packages?per_page=500") == server.revision.packages.map(\.name))
        }
    }

    @Test(
        "A request that makes no sense is refused: 400, or 404",
        arguments: [
            ("/packages?per_page=0", 400), ("/packages?per_page=1001", 400), ("/packages?per_page=many", 400),
            ("/packages?cursor=nonsense", 400), ("/shards?count=0", 400), ("/shards?count=1001", 400),
            ("/nothing", 404), ("/maintainers/nobody/packages", 404), ("/maintainers/nobody/packages?per_page=0", 404),
        ]
    )
    func refused(path: String, status: Int) async throws {
        try await withServer(packages: 10) { _, client in
            let answer = try await client.get(path)
            #expect(answer.status == status)
            #expect(status == 404 || answer.error?.code == "bad_request")
        }
    }

    @Test("A cursor of one list is none of the other")
    func otherList() async throws {
        try await withServer(packages: 100) { _, client in
            let cursor = try #require(try await client.get("/packages?per_page=10").next)
            #expect(try await client.get("/maintainers?cursor=\(cursor)").status == 400)
        }
    }

    @Test("Without the token nothing but the health is answered: 401")
    func token() async throws {
        var configuration = DemoServer.Configuration()
        configuration.bearerToken = "sesame"
        try await withServer(packages: 10, configuration) { _, client in
            let none = try await client.get("/packages")
            let wrong = try await client.get("/packages", headers: ["Authorization": "Bearer open"])
            let right = try await client.get("/packages", headers: ["Authorization": "Bearer sesame"])
            let health = try await client.get("/health")
            #expect([none, wrong, right, health].map(\.status) == [401, 401, 200, 200])
        }
    }

    @Test("One request too many is told when to come back: 429")
    func rateLimit() async throws {
        var configuration = DemoServer.Configuration()
        configuration.requestsPerSecond = 0
        try await withServer(packages: 10, configuration) { _, client in
            let answer = try await client.get("/packages")
            #expect(answer.status == 429)
            #expect(answer.retryAfter == "1")
        }
    }

    @Test("A port that is taken is an error, for the server and for who waits for its address")
    func takenPort() async throws {
        try await withServer(packages: 10) { server, _ in
            var configuration = DemoServer.Configuration()
            configuration.port = try #require(Int(try await server.url.split(separator: ":").last ?? ""))
            let second = DemoServer(
                index: .generated(count: 1, reason: "of a test"),
                configuration: configuration,
                logger: Logger(label: "test")
            )
            async let run: Void = second.run()
            await #expect(throws: DemoServerError.self) { try await second.url }
            let failure = try #require(await #expect(throws: DemoServerError.self) { try await second.run() })
            #expect("\(failure)".contains("127.0.0.1:\(configuration.port): is another program there?"))
            try? await run
        }
    }
}
