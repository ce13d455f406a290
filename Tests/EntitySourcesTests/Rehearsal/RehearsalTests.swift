import Catalog
import Ingestion
import Synchronization
import TestSupport
import Testing

@testable import EntitySources

@Suite struct RehearsalTests {
    private func source(_ url: String, _ configure: (inout HTTPSource.Configuration) -> Void = { _ in }) throws
        -> HTTPSource
    {
        var configuration = HTTPSource.Configuration(url: url + "/items")
        configuration.records = ".items[]"
        configuration.entity = ".name"
        configuration.pagination = .cursor(next: ".next", parameter: "after")
        configuration.authentication = .bearer("t0ken-bearer")
        configure(&configuration)
        return try HTTPSource(configuration, logger: quiet)
    }

    private static let items = #"{"items":[{"name":"a"},{"name":"b"},{"name":"c"}],"next":"2"}"#

    @Test func isToldOfRequestsAnswersAndRecords() async throws {
        try await HTTPTestServer.with { request in
            request.path == "/items" ? .init(status: 302, headers: [("Location", "/moved")]) : .json(Self.items)
        } _: { server in
            let rehearsal = Rehearsal(records: 2)
            let page = try await Rehearsal.$current.withValue(rehearsal) { try await source(server.url).readPage() }
            #expect(page.entities.count == 3)

            let notes = rehearsal.takeNotes()
            #expect(notes.exchanges.map(\.request.summary) == ["GET \(server.url)/items", "GET \(server.url)/moved"])
            #expect(notes.exchanges.map(\.answer?.status) == [302, 200])
            #expect(notes.exchanges[1].answer?.header("content-type") == "application/json")
            #expect(notes.exchanges[1].answer?.size == Self.items.utf8.count)
            #expect(notes.recordCount == 3)
            #expect(notes.records.map { String(decoding: $0, as: UTF8.self) } == [#"{"name":"a"}"#, #"{"name":"b"}"#])
            #expect(rehearsal.takeNotes().exchanges.isEmpty)
        }
    }

    @Test func isToldOfARequestThatHasNoAnswer() async throws {
        let rehearsal = Rehearsal()
        await #expect(throws: SourceError.self) {
            try await Rehearsal.$current.withValue(rehearsal) {
                try await source("http://127.0.0.1:1").readPage()
            }
        }
        let exchange = try #require(rehearsal.takeNotes().exchanges.first)
        #expect(exchange.answer == nil)
        #expect(exchange.failure?.contains("nothing listens there") == true)
    }

    @Test("What is kept has no secret, no cookie and no token, and the page is read as it came")
    func keptAnswersHaveNoSecret() async throws {
        let kept = Mutex<[RehearsedAnswer]>([])
        try await HTTPTestServer.with { _ in
            .json(
                #"{"items":[{"name":"t0ken-bearer"}],"next":"hidden-otherwise"}"#,
                headers: [
                    ("Set-Cookie", "session=1"), ("X-Auth-Token", "abc"), ("Link", "<?a=t0ken-bearer>; rel=next"),
                ]
            )
        } _: { server in
            let rehearsal = Rehearsal(
                .kept { _, answer in kept.withLock { $0.append(answer) } },
                hiding: { Array(String(decoding: $0, as: UTF8.self).replacing("hidden-otherwise", with: "***").utf8) }
            )
            let page = try await Rehearsal.$current.withValue(rehearsal) { try await source(server.url).readPage() }
            #expect(page.entities.map(\.description) == [#""t0ken-bearer""#])
            #expect(page.next == [["cursor": "hidden-otherwise"]])
        }
        let answer = try #require(kept.withLock { $0.first })
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"items":[{"name":"***"}],"next":"***"}"#)
        #expect(answer.isRedacted)
        #expect(answer.header("link") == "<?a=***>; rel=next")
        #expect(!answer.headers.contains { ["set-cookie", "x-auth-token"].contains($0.name.lowercased()) })
    }

    @Test("A replay asks nobody: not the source, and not its program")
    func replaysWithoutTheSource() async throws {
        let asked = Mutex<[String]>([])
        let rehearsal = Rehearsal(
            .replayed { request in
                asked.withLock { $0.append(request.key) }
                let line = #"{"entities":[{"kind":"X"}],"next":[]}"#
                return RehearsedAnswer(status: 200, body: Array((request.body == nil ? Self.items : line).utf8))
            }
        )
        try await HTTPTestServer.with { _ in
            .json("{}", status: 500)
        } _: { server in
            try await Rehearsal.$current.withValue(rehearsal) {
                let page = try await source(server.url).readPage(at: ["cursor": "1"])
                #expect(page.next == [["cursor": "2"]])
                let program = try ExecSource(.init(command: ["/nowhere/program"]), logger: quiet)
                #expect(try await program.readPage().entities.map(\.description) == [#"{"kind":"X"}"#])
            }
            #expect(server.connections == 0)
            #expect(asked.withLock { $0 } == ["GET \(server.url)/items?after=1", #"{"cursor":null}"#])
        }
    }

    @Test("What a cursor puts where it is hidden is told apart by the key; a secret makes no difference to it")
    func keysTellHiddenCursorsApart() async throws {
        func key(_ cursor: JSON, secret: String) async throws -> RequestDescription {
            let rehearsal = Rehearsal(.replayed { _ in RehearsedAnswer(body: Array(Self.items.utf8)) })
            _ = try await Rehearsal.$current.withValue(rehearsal) {
                try await source("http://api.example.com") {
                    $0.pagination = .cursor(next: ".next", parameter: nil)
                    $0.headers = ["X-After": #"\(.cursor)"#, "X-Tenant": "tenant-\(secret)"]
                    $0.query = ["key": #"\(.cursor)"#, "token": .string(secret)]
                    $0.authentication = .query(name: "appid", value: "id-\(secret)")
                }.readPage(at: ["cursor": cursor])
            }
            return try #require(rehearsal.takeNotes().exchanges.first?.request)
        }
        let first = try await key("first", secret: "one-secret")
        #expect(first.summary == "GET http://api.example.com/items?key=***&token=***&appid=***")
        #expect(!first.key.contains("first") && !first.key.contains("secret"))
        #expect(try await key("first", secret: "another").key == first.key)
        #expect(try await key("second", secret: "one-secret").key != first.key)
    }

    @Test("A body's values are hidden whose names say that they are secret, in JSON and in forms")
    func bodiesHideSecrets() async throws {
        for (body, shown): (HTTPSource.Body, String) in [
            (.json(["client_secret": "abc", "code": "DE", "next_token": "t"]), #""client_secret":"***""#),
            (.text("grant_type=x&client_secret=abc&a=b"), "grant_type=x&client_secret=***&a=b"),
        ] {
            let rehearsal = Rehearsal(.replayed { _ in RehearsedAnswer(body: Array(Self.items.utf8)) })
            _ = try await Rehearsal.$current.withValue(rehearsal) {
                try await source("http://api.example.com") {
                    $0.method = "POST"
                    $0.body = body
                }.readPage()
            }
            let description = try #require(rehearsal.takeNotes().exchanges.first?.request)
            #expect(description.body?.contains(shown) == true)
            #expect(!description.description.contains("abc") && !description.key.contains("abc"))
            #expect(!description.description.contains("t0ken"))
        }
    }
}
