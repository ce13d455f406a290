import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct GraphQLErrorTests {
    @Test(
        "The errors of an answer fail it, by their kind",
        arguments: [
            (#"{"type":"RATE_LIMITED","message":"API rate limit exceeded"}"#, .rateLimited),
            (#"{"type":"RATE_LIMIT","message":""}"#, .rateLimited),
            (#"{"message":"Throttled","extensions":{"code":"THROTTLED"}}"#, .rateLimited),
            (#"{"message":"You have exceeded a secondary rate limit."}"#, .rateLimited),
            (#"{"type":"FORBIDDEN","message":"no"}"#, .unauthorized),
            (#"{"type":"INSUFFICIENT_SCOPES","message":"no"}"#, .unauthorized),
            (#"{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}"#, .unauthorized),
            (#"{"type":"NOT_FOUND","message":"no such organization"}"#, .refused),
            (#"{"message":"Field 'x' doesn't exist","extensions":{"code":"undefinedField"}}"#, .refused),
            (#"{"message":"oops","extensions":{"code":"INTERNAL_SERVER_ERROR"}}"#, .unavailable),
            (#"{}"#, .refused),
        ] as [(String, SourceError.Code)]
    )
    func kinds(_ error: String, _ code: SourceError.Code) async throws {
        for data in [#""data":null,"#, ""] {
            let server = TeamServer([]) { _ in .json(#"{\#(data)"errors":[\#(error)]}"#) }
            #expect(try await server.failing()?.code == code)
        }
    }

    @Test(
        "Of several errors the one that says most about what to do counts; its message shows which, where and how many"
    )
    func theWorstCounts() async throws {
        let server = TeamServer([]) { _ in
            .json(
                #"""
                {"data":null,"errors":[
                  {"type":"NOT_FOUND","message":"a"},
                  {"type":"FORBIDDEN","path":["organization","teams","nodes",3,"name"],"message":"because of bearer-0123456789"}]}
                """#
            )
        }
        let error = try await server.failing { $0.authentication = .bearer("bearer-0123456789") }
        #expect(error?.code == .unauthorized)
        #expect(
            error?.message.hasSuffix("FORBIDDEN: at organization.teams.nodes[3].name: because of *** (and 1 more)")
                == true
        )
    }

    @Test(
        "A rate limit says when to come back: in headers, or in the answer's rateLimit block",
        arguments: [
            ([("Retry-After", "60")], "", 60),
            ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1000000090")], "", 90),
            ([], #","data":{"rateLimit":{"cost":1,"remaining":0,"resetAt":"2001-09-09T01:48:20Z"}}"#, 100),
            ([], #","data":{"rateLimit":{"cost":1,"remaining":0,"resetAt":"soon"}}"#, nil), ([], "", nil),
        ] as [([(String, String)], String, Int64?)]
    )
    func rateLimits(_ headers: [(String, String)], _ data: String, _ seconds: Int64?) async throws {
        // 1,000,000,000 seconds since 1970.
        let headers = headers + [("Date", "Sun, 09 Sep 2001 01:46:40 GMT")]
        let body = #"{"errors":[{"type":"RATE_LIMITED","message":"slow down"}]\#(data)}"#
        let error = try await TeamServer([]) { _ in .json(body, headers: headers) }.failing()
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == seconds.map { .seconds($0) })
    }

    @Test("A rateLimit block that leaves nothing holds the next query until the limit is reset")
    func anExhaustedBlock() async throws {
        let page = #""organization":{"teams":{"pageInfo":{"hasNextPage":false},"nodes":[]}}"#
        let block = #""rateLimit":{"cost":1,"remaining":0,"resetAt":"2100-01-01T00:00:00Z"}"#
        let server = TeamServer([]) { _ in .json("{\"data\":{\(page),\(block)}}") }
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider]) { engine in
            let budget = CallBudget(provider, store: engine.store, clock: ContinuousClock())
            _ = try await CallBudget.$current.withValue(budget) {
                try await server.read(TeamServer.connection("nodes"))
            }
            let status = try await engine.operations.status(of: "test")
            // Thirty days at the most: more is a mistake.
            #expect(try #require(status.callsUntil) > status.at + 29 * 86_400_000)
        }
    }

    @Test("A secondary limit of GitHub that says no time is a limit all the same: the engine decides for how long")
    func aLimitWithoutATime() async throws {
        let body = #"{"errors":[{"type":"RATE_LIMITED","message":"You have exceeded a secondary rate limit."}]}"#
        let error = try await TeamServer([]) { _ in .json(body) }.failing()
        #expect(error?.code == .rateLimited && error?.retryAfter == nil)
    }

    @Test("U7: a cursor that the server no longer takes starts the cycle over; without one nothing can have expired")
    func expiredCursors() async throws {
        let server = TeamServer([]) { _ in
            .json(
                #"{"errors":[{"type":"INVALID_CURSOR_ARGUMENTS","message":"`x` does not appear to be a valid cursor."}]}"#
            )
        }
        #expect(try await server.failing(at: ["after": "x"])?.code == .cursorExpired)
        #expect(try await server.failing()?.code == .refused)
    }

    // MARK: Partial data

    private static let partial = #"""
        {"data":{"organization":{"teams":{"pageInfo":{"hasNextPage":false},"nodes":[{"id":"t1"},null,{"id":"t3"}]}}},
         "errors":[{"type":"FORBIDDEN","path":["organization","teams","nodes",1],"message":"protected by SAML"}]}
        """#

    @Test("U11: data beside errors is not whole, and no page")
    func partialData() async throws {
        let error = try await TeamServer([]) { _ in .json(Self.partial) }.failing()
        #expect(error?.code == .unauthorized)
        #expect(error?.message.contains("beside data, which would not be whole") == true)
    }

    @Test(
        "Errors that are accepted by type and place leave out what they are about, and nothing else",
        arguments: [
            (.init(type: "FORBIDDEN"), true), (.init(path: "organization.teams"), true),
            (.init(type: "forbidden", path: "organization.teams.nodes"), true), (.init(type: "NOT_FOUND"), false),
            (.init(type: "FORBIDDEN", path: "organization.members"), false),
        ] as [(GraphQLSource.AcceptedError, Bool)]
    )
    func acceptedErrors(_ accepted: GraphQLSource.AcceptedError, _ isAccepted: Bool) async throws {
        let server = TeamServer([]) { _ in .json(Self.partial) }
        guard isAccepted else {
            #expect(try await server.failing { $0.acceptedErrors = [accepted] }?.code == .unauthorized)
            return
        }
        for records in [nil, ".data.organization.teams.nodes[]"] {
            let (_, entities) = try await server.read(TeamServer.connection("nodes")) {
                $0.acceptedErrors = [accepted]
                $0.records = records
                $0.entity = ".id"
            }
            #expect(entities == [#""t1""#, #""t3""#])
        }
    }

    @Test("An accepted error does not excuse a null that it does not explain, nor the loss of the whole connection")
    func acceptedErrorsExplainTheirOwn() async throws {
        for body in [
            Self.partial.replacing(#""nodes",1"#, with: #""nodes",2,"name""#),
            #"{"data":{"organization":null},"errors":[{"type":"FORBIDDEN","path":["organization"],"message":"no"}]}"#,
        ] {
            let error = try await TeamServer([]) { _ in .json(body) }.failing {
                $0.acceptedErrors = [.init(type: "FORBIDDEN")]
            }
            #expect(error?.code == .invalidPage)
        }
    }

    @Test("Limits are never accepted: what they cut off is not known")
    func limitsAreNotAccepted() async throws {
        let body = Self.partial.replacing("FORBIDDEN", with: "RESOURCE_LIMITS_EXCEEDED")
        let error = try await TeamServer([]) { _ in .json(body) }.failing(at: ["first": 1]) {
            $0.acceptedErrors = [.init(path: "organization")]
        }
        #expect(error?.code == .limitExceeded)
    }

    // MARK: Over plain HTTP

    @Test("U11: an `http` source that posts a GraphQL query looks at the answer's errors")
    func httpSources() async throws {
        for (body, code) in [
            (#"{"data":{"items":[]},"errors":[{"type":"FORBIDDEN","message":"no"}]}"#, SourceError.Code.unauthorized),
            (#"{"data":{"items":[]},"errors":[{"type":"RATE_LIMITED","message":"no"}]}"#, .rateLimited),
        ] {
            let error = try await failing({ _ in .json(body) }) {
                $0.method = "POST"
                $0.body = .json(["query": "{ items { name } }"])
                $0.records = ".data.items[]"
            }
            #expect(error?.code == code)
            // Another API may have a key of that name.
            let other = try await failing({ _ in .json(body) }) {
                $0.method = "POST"
                $0.body = .json(["query": "name:x"])
                $0.records = ".data.items[]"
            }
            #expect(other == nil)
        }
    }
}
