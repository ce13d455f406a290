import Catalog
import EntitySources
import Ingestion
import Synchronization
import TestSupport
import Testing

@Suite struct DetailTests {
    private static let handler: HTTPTestServer.Handler = { request in
        let parts = request.path.split(separator: "/")
        switch parts.first {
        case "items":
            return .json(
                #"[{"id":1,"url":"/x/1"},{"id":2,"url":"/x/2","owners":"old"},{"id":3,"url":"/x/3","private":true}]"#
            )
        case "x" where request.path.hasSuffix("/owners"):
            let page = request.query("page").first.flatMap { Int($0) } ?? 1
            let owners = (0..<3).dropFirst((page - 1) * 2).prefix(2).map { #"{"login":"u\#(parts[1])\#($0)"}"# }
            return .json(#"{"owners":[\#(owners.joined(separator: ","))],"id":\#(parts[1])}"#)
        case "u": return .json(#"{"mail":"\#(parts[1])@example.com"}"#)
        default: return .json("{}", status: 404)
        }
    }

    private static func owners(_ change: (inout HTTPSource.Detail) -> Void = { _ in }) -> HTTPSource.Detail {
        var detail = HTTPSource.Detail("owners", url: #"\(.url)/owners"#)
        change(&detail)
        return detail
    }

    @Test("the answer to a call becomes a member of its record, in place of one that is there")
    func wholeAnswer() async throws {
        let result = try await reading(Self.handler) {
            $0.details = [Self.owners()]
            $0.entity = "{id, first: .owners.owners[0].login, same: (.owners.id == .id)}"
        }
        #expect(result.entities == (1...3).map { #"{"id":\#($0),"first":"u\#($0)0","same":true}"# })
        #expect(result.uris.count == 4)
    }

    @Test("only where `when` asks for it; one value of the answer; one detail after the other")
    func chosen() async throws {
        let result = try await reading(Self.handler) {
            $0.details = [
                Self.owners {
                    $0.when = ".private | not"
                    $0.value = ".owners[0].login"
                },
                {
                    var detail = HTTPSource.Detail("owner", url: #"/u/\(.owners)"#)
                    detail.when = ".owners"
                    detail.value = ".mail"
                    return detail
                }(),
            ]
            $0.entity = "{id, owner, owners}"
        }
        #expect(
            result.entities == [
                #"{"id":1,"owner":"u10@example.com","owners":"u10"}"#,
                #"{"id":2,"owner":"u20@example.com","owners":"u20"}"#, #"{"id":3,"owner":null,"owners":null}"#,
            ]
        )
        #expect(!result.uris.contains { $0.hasPrefix("/x/3") })
    }

    @Test("all pages of a detail make one array", arguments: [1, 2, 64])
    func paginated(_ concurrency: Int) async throws {
        let result = try await reading(Self.handler) {
            $0.details = [
                Self.owners {
                    $0.chain.records = ".owners[] | .login"
                    $0.chain.pagination = .page()
                    $0.concurrency = concurrency
                }
            ]
            $0.entity = "{id, owners}"
        }
        #expect(
            result.entities == (1...3).map { #"{"id":\#($0),"owners":["u\#($0)0","u\#($0)1","u\#($0)2"]}"# }
        )
        #expect(result.uris.count == 1 + 3 * 3)
    }

    @Test(
        "a status that means that there is nothing gives null, or no records; a failure fails the page, with the record"
    )
    func absent() async throws {
        let handler: HTTPTestServer.Handler = { request in
            request.path == "/x/2/owners" ? .json("{}", status: 404) : Self.handler(request)
        }
        for (records, expected) in [(nil, "null"), (".owners[]", "[]")] as [(String?, String)] {
            let result = try await reading(handler) {
                $0.details = [
                    Self.owners {
                        $0.chain.absent = [404]
                        $0.chain.records = records
                    }
                ]
                $0.entity = "select(.id == 2) | {owners}"
            }
            #expect(result.entities == [#"{"owners":\#(expected)}"#])
        }
        let error = try await failing(handler) { $0.details = [Self.owners()] }
        #expect(error?.code == .refused)
        #expect(error?.message.hasPrefix("`details.owners`, record 1: GET ") == true, "\(error?.message ?? "none")")
    }

    @Test(
        "calls that fail by chance are sent again, a tenth of the page's records at the most",
        arguments: [(2, 500), (2, 503), (9, 502), (10, 502), (11, 502), (2, 501)]
    )
    func secondTries(_ failures: Int, _ status: Int) async throws {
        let records = failures == 2 ? 3 : 100
        let items = (0..<records).map { #"{"id":\#($0),"url":"/x/\#($0)"}"# }.joined(separator: ",")
        let asked = Mutex<[String: Int]>([:])
        let handler: HTTPTestServer.Handler = { request in
            if request.path == "/items" { return .json("[\(items)]") }
            let number = Int(request.path.split(separator: "/")[1]) ?? 0
            let isFirst = asked.withLock { asked in
                asked[request.path, default: 0] += 1
                return asked[request.path] == 1
            }
            return isFirst && number < failures ? .json("{}", status: status) : Self.handler(request)
        }
        let change = { @Sendable (configuration: inout HTTPSource.Configuration) in
            configuration.details = [Self.owners { $0.concurrency = 4 }]
            configuration.entity = "{id, same: (.owners.id == .id)}"
        }
        if failures > max(2, records / 10) {
            let error = try await failing(handler, change)
            #expect(error?.code == .unavailable && error?.message.contains("502") == true)
        } else {
            let result = try await reading(handler, change)
            #expect(result.entities == (0..<records).map { #"{"id":\#($0),"same":true}"# })
            #expect(result.uris.count == 1 + records + failures)
        }
    }

    @Test("a source that fails always is not asked more often than that")
    func noSecondTries() async throws {
        let calls = Mutex(0)
        let error = try await failing({ request in
            if request.path == "/items" { return Self.handler(request) }
            calls.withLock { $0 += 1 }
            return .json("{}", status: 503)
        }) { $0.details = [Self.owners { $0.concurrency = 1 }] }
        #expect(error?.code == .unavailable)
        #expect(calls.withLock { $0 } == 3)
    }

    @Test("Retry-After of a detail holds for the page")
    func retryAfter() async throws {
        let error = try await failing({ request in
            request.path == "/x/3/owners"
                ? .json("{}", status: 429, headers: [("Retry-After", "40")]) : Self.handler(request)
        }) { $0.details = [Self.owners()] }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(40))
    }

    @Test(
        "as many calls are under way as `concurrency` allows, and no more; cancellation ends them",
        arguments: [1, 4, 64]
    )
    func concurrency(_ concurrency: Int) async throws {
        let items = (0..<100).map { #"{"url":"/x/\#($0)"}"# }.joined(separator: ",")
        try await HTTPTestServer.with({ request in
            request.path == "/items" ? .json("[\(items)]") : .init(end: .stalled)
        }) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/items")
            configuration.details = [Self.owners { $0.concurrency = concurrency }]
            let source = try HTTPSource(configuration, logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await source.readPage() }
                try await eventually { server.requests.count == 1 + concurrency }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            #expect(server.requests.count == 1 + concurrency)
        }
    }

    @Test(
        "what no detail can be made of is an error",
        arguments: [
            ("[5]", nil, nil, "`details.owners`, record 0: it is no object"),
            (
                #"[{"url":"https://example.com/1"}]"#, nil, nil,
                "`details.owners`, record 0: this request goes to another host"
            ),
            (#"[{"url":"/x/1"}]"#, ".owners[]", nil, "`details.owners`, record 0: GET "),
            (#"[{"url":"/x/1"}]"#, "empty", nil, "`details.owners.value` gives 0 values"),
            (#"[{"url":"/x/1"}]"#, nil, ".nothing", "`details.owners`, record 0: GET "),
            ("[{}]", nil, nil, "`details.owners`, record 0: GET "),
        ] as [(String, String?, String?, String)]
    )
    func failures(_ items: String, _ value: String?, _ records: String?, _ message: String) async throws {
        let error = try await failing({ request in
            request.path == "/items" ? .json(items) : Self.handler(request)
        }) {
            $0.details = [
                Self.owners {
                    if items == "[5]" { $0.chain.url = "/u/1" }
                    $0.value = value
                    $0.chain.records = records
                }
            ]
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test("the details of a page are limited in length")
    func lengths() async throws {
        let error = try await failing(Self.handler) {
            $0.details = [Self.owners()]
            $0.mappingLimits.bytes = 130
        }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("the details of one page are longer than 130 bytes") == true)
    }

    @Test("a detail whose pages do not end is an error")
    func endless() async throws {
        let error = try await failing({ request in
            request.path == "/items" ? Self.handler(request) : .json(#"{"owners":[],"next":"same"}"#)
        }) {
            $0.details = [
                Self.owners {
                    $0.chain.records = ".owners"
                    $0.chain.pagination = .cursor(next: ".next", parameter: "after")
                }
            ]
        }
        #expect(error?.message.contains("names its own cursor") == true, "\(error?.message ?? "none")")
    }

    @Test("chains that a record leads to see its details, and have details of their own")
    func withChains() async throws {
        let result = try await reading(Self.handler) {
            var chain = HTTPSource.Chain(url: #"\($parent.url)/owners"#)
            chain.records = ".owners[]"
            var mail = HTTPSource.Detail("contact", url: #"/u/\(.login)"#)
            mail.when = "$parent.id == 2"
            chain.details = [mail]
            chain.entity = "{login, mail: .contact.mail}"
            $0.details = [Self.owners { $0.value = ".id" }]
            $0.each = [.init("owners", parent: "select(.owners > 1) | {url, id: .owners}", chain: chain)]
        }
        #expect(
            result.entities.sorted() == [
                #"{"login":"u20","mail":"u20@example.com"}"#, #"{"login":"u21","mail":"u21@example.com"}"#,
                #"{"login":"u30","mail":null}"#, #"{"login":"u31","mail":null}"#,
            ]
        )
    }
}
