import AsyncHTTPClient
import Catalog
import Ingestion
import Redis
import TestSupport
import Testing
import Tracing

@testable import Administration

@Suite struct WebhookRouteTests {
    @Test("a signed payload is an event on the stream when it is answered")
    func applied() async throws {
        try await TestSite.with { site in
            let answer = try await site.send(#"{"added": ["new", "-not-valid"], "removed": ["component:a", "a:b/c"]}"#)
            #expect(answer.status == 200)
            #expect(answer.json["added"] == 1 && answer.json["removed"] == 1 && answer.json["duplicate"] == false)
            #expect(answer.json["rejected"]?[0]?["reason"]?.string?.contains("metadata.name") == true)
            let event = try #require(try await site.events().first)
            #expect(event.added.map(\.entity.ref.string) == [TestSource.ref("new")])
            #expect(event.removed.map(\.entityRef.string) == [TestSource.ref("a")])
            let body = try JSON(parsing: event.added[0].entity.body)
            #expect(body["metadata"]?["annotations"]?[site.provider.annotationKey] == "github")
            #expect(try await site.engine.operations.rejected("github", most: 5).count == 1)
        }
    }

    @Test("an event goes on with the trace of the request; one whose trace cannot be read is applied all the same")
    func traced() async throws {
        let tracer = TestTracer()
        // Made here at the latest: it would trace its own requests with the tracer that is there when it is made.
        _ = HTTPClient.shared
        try await withTracer(tracer) {
            try await TestSite.with { site in
                let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                let headers = ["Traceparent": parent, "tracestate": "a=1"]
                #expect(try await site.send(#"{"added": ["new"]}"#, headers: headers).status == 200)
                let delivery = "delivery-2"
                let other = try await site.send(
                    #"{"added": ["x"]}"#,
                    delivery: delivery,
                    headers: ["traceparent": "00-"]
                )
                #expect(other.status == 200)
                let spans = tracer.spans("event")
                #expect(spans.map(\.parent) == [parent, nil])
                let events = try await site.events()
                #expect(events.map(\.traceparent) == spans.map(\.traceparent))
                #expect(events.map(\.tracestate) == ["a=1", nil])
            }
        }
    }

    @Test("a delivery that was applied before changes nothing, however many replicas get it at once")
    func replayed() async throws {
        try await TestSite.with { site in
            let body = #"{"added": ["new"], "removed": ["component:a"]}"#
            let answers = try await withThrowingTaskGroup(of: TestSite.Answer.self) { group in
                for _ in 0..<8 { group.addTask { try await site.send(body) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(answers.count { $0.json["duplicate"] == false } == 1)
            #expect(try await site.events().count == 1)
            // What came since is not undone by one who sends the old delivery again.
            _ = try await site.send(#"{"removed": ["component:new"]}"#, delivery: "delivery-2")
            #expect(try await site.send(body).json["duplicate"] == true)
            #expect(try await site.engine.catalog(of: "github")[TestSource.ref("new")] == nil)
            #expect(try await site.engine.violations(of: "github").isEmpty)
        }
    }

    @Test("requests are counted by the answer, and entities by what became of them; a path that is no webhook's is not")
    func counted() async throws {
        try await TestSite.with { site in
            #expect(site.counted.isEmpty)
            let body = #"{"added": ["new", "a", "-not-valid"], "removed": ["component:b", "component:unknown"]}"#
            for _ in 0..<2 { _ = try await site.send(body) }
            _ = try await site.send(#"{"zen": "…"}"#, headers: ["X-GitHub-Event": "ping"])
            _ = try await site.send(#"{"fail": true}"#, delivery: "delivery-2")
            for _ in 0..<3 { _ = try await site.send(body, headers: ["X-Hub-Signature-256": "sha256=00"]) }
            _ = try await site.send(body, to: "/webhooks/another")
            let requests = "tidemark_webhook_requests_total{provider=\"github\",status="
            let entities = "tidemark_events_total{provider=\"github\",outcome="
            #expect(
                site.counted == [
                    requests + "\"200\"}": 2, requests + "\"202\"}": 1, requests + "\"401\"}": 3,
                    requests + "\"422\"}": 1, entities + "\"published\"}": 1, entities + "\"unchanged\"}": 1,
                    entities + "\"removed\"}": 1, entities + "\"rejected\"}": 1,
                ]
            )
        }
    }

    @Test("a payload of which the mapping makes nothing is taken, and Redis is not asked")
    func nothing() async throws {
        try await TestSite.with { site in
            let answer = try await site.send(#"{"zen": "…"}"#, headers: ["X-GitHub-Event": "ping"])
            #expect(answer.status == 202 && answer.json["added"] == 0 && answer.json["removed"] == 0)
            let key = site.engine.store.keys(of: "github").deliveries
            #expect(try await site.engine.store.redis.call("EXISTS", key).int == 0)
        }
    }

    @Test(
        "whoever does not know the secret is refused alike, before anything is parsed",
        arguments: [
            "", "sha256=", "sha256=00", "sha1=" + String(repeating: "0", count: 40),
            "sha256=" + String(repeating: "0", count: 64), "sha256=" + String(repeating: "g", count: 64),
            TestSite.signature("{", secret: "another"), TestSite.signature("{ "), "*",
        ]
    )
    func unsigned(_ signature: String) async throws {
        try await TestSite.with { site in
            let answer = try await site.send("{", headers: ["X-Hub-Signature-256": signature])
            #expect(answer.status == 401)
            #expect(answer.json["error"]?["message"] == "the signature or token is missing or wrong")
            #expect(try await site.events().isEmpty)
            #expect(!site.log.lines.contains { $0.contains(TestSite.secret) })
        }
    }

    @Test("a signature of upper-case digits is the same one")
    func upperCase() async throws {
        try await TestSite.with { site in
            let body = #"{"added": ["new"]}"#
            let signature = "sha256=" + TestSite.signature(body).dropFirst(7).uppercased()
            let answer = try await site.send(body, headers: ["X-Hub-Signature-256": signature])
            #expect(answer.status == 200)
        }
    }

    @Test("a bearer token in place of a signature; without a delivery header each request is a new one")
    func bearer() async throws {
        try await TestSite.with(authentication: .bearer(token: "a-token-of-the-hook"), delivery: nil) { site in
            let body = #"{"added": ["new"]}"#
            for wrong in ["", "Bearer a-token-of-the-hoo", "Bearer a-token-of-the-hookk", "Basic a-token-of-the-hook"] {
                let answer = try await site.send(body, headers: ["Authorization": wrong, "X-Hub-Signature-256": ""])
                #expect(answer.status == 401)
            }
            let headers = ["Authorization": "Bearer a-token-of-the-hook", "X-Hub-Signature-256": ""]
            #expect(try await site.send(body, headers: headers).json["added"] == 1)
            #expect(try await site.send(body, headers: headers).json["unchanged"] == 1)
        }
    }

    @Test("what is no webhook's request is refused in one shape")
    func refused() async throws {
        try await TestSite.with { site in
            let body = #"{"added": ["new"]}"#
            let refusals: [(TestSite.Answer, Int, String)] = [
                (try await site.send(body, to: "/webhooks/githib"), 404, "not-found"),
                (try await site.send(body, to: "/"), 404, "not-found"),
                (try await site.send(body, to: "/webhooks/github/x"), 404, "not-found"),
                (try await site.send(body, method: "GET"), 405, "method-not-allowed"),
                (try await site.send(body, to: "/webhooks/githib", method: "PUT"), 405, "method-not-allowed"),
                (try await site.send(body, headers: ["Content-Type": "text/plain"]), 415, "unsupported-media-type"),
                (try await site.send(body, headers: ["Content-Type": ""]), 415, "unsupported-media-type"),
                (try await site.send(body, headers: ["Content-Encoding": "gzip"]), 415, "unsupported-media-type"),
                (try await site.send("{\"a\": }"), 400, "bad-request"),
                (try await site.send(#"1}, "x": {"#), 400, "bad-request"),
                (try await site.send(""), 400, "bad-request"),
                (try await site.send(body, headers: ["X-GitHub-Delivery": ""]), 400, "bad-request"),
                (try await site.send(body, delivery: "two words"), 400, "bad-request"),
                (try await site.send(String(repeating: " ", count: 10_001)), 413, "content-too-large"),
                (try await site.send(#"{"fail": true}"#), 422, "unprocessable"),
                (try await site.send(#"{"removed": ["no ref"]}"#), 422, "unprocessable"),
                (
                    try await site.send(#"{"added": ["x"], "removed": ["component:x"]}"#), 422,
                    "unprocessable"
                ),
            ]
            for (answer, status, code) in refusals {
                #expect(answer.status == status && answer.json["error"]?["code"]?.string == code)
            }
            #expect(try await site.send(body, method: "DELETE").headers["allow"] == "POST")
            #expect(try await site.events().isEmpty)
            let failed = site.log.lines.filter { $0.contains("a webhook's event was refused") }
            #expect(failed.count == 3)
            #expect(failed[0].contains("`event` fails on this payload: no such action"))
            #expect(site.log.lines.contains("webhook.delivery=delivery-1"))
        }
    }

    @Test("a mapping sees neither the signature nor other credentials")
    func headers() async throws {
        let mapping = TestSite.mapping.replacing(".payload.added[]?", with: ".headers | keys[]")
        try await TestSite.with(mapping: mapping) { site in
            let headers = ["Cookie": "a=b", "Authorization": "Basic eA==", "X-Hub-Signature": "sha1=0"]
            #expect(try await site.send("{}", headers: headers).status == 200)
            let seen = Set(try await site.events().flatMap(\.added).map { $0.entity.ref.name })
            #expect(seen.isSuperset(of: ["content-type", "x-github-event", "x-github-delivery"]))
            #expect(seen.isDisjoint(with: ["cookie", "authorization", "x-hub-signature", "x-hub-signature-256"]))
        }
    }

    @Test("a provider that was purged takes no events")
    func purged() async throws {
        try await TestSite.with { site in
            try await site.engine.operations.purge("github", publish: false, locationKey: "github")
            let answer = try await site.send(#"{"added": ["new"]}"#)
            #expect(answer.status == 409 && answer.json["error"]?["code"] == "conflict")
        }
    }

    @Test("while consumers are behind, the sender is told to come again, and what it then sends is applied")
    func behind() async throws {
        try await TestSite.with { site in
            let redis = site.engine.store.redis
            let keys = site.engine.store.keys(of: "github")
            _ = try await redis.call("HSET", keys.hash, "maxLength", "1")
            let answer = try await site.send(#"{"added": ["new"], "removed": ["component:b"]}"#)
            #expect(answer.status == 503 && answer.headers["retry-after"] == "30")
            #expect(answer.json["error"]?["message"] == "consumers are behind, send it again")
            #expect(
                site.counted == [
                    "tidemark_webhook_requests_total{provider=\"github\",status=\"503\"}": 1,
                    "tidemark_events_total{provider=\"github\",outcome=\"refused\"}": 2,
                ]
            )
            _ = try await redis.call("HSET", keys.hash, "maxLength", "1000")
            #expect(try await site.send(#"{"added": ["new"], "removed": ["component:b"]}"#).status == 200)
        }
    }

    @Test("without Redis the sender is told to come again, and what it then sends is applied")
    func withoutRedis() async throws {
        try await withTemporaryDirectory { directory in
            let nowhere = RedisConfiguration(address: .unixSocket(path: directory + "/none.sock"))
            try await withRedisClient(nowhere) { client in
                try await TestSite.with(redis: client) { site in
                    let answer = try await site.send(#"{"added": ["new"]}"#)
                    #expect(answer.status == 503 && answer.headers["retry-after"] == "30")
                    #expect(answer.json["error"]?["message"] == "it could not be stored, send it again")
                    #expect(
                        site.counted == ["tidemark_webhook_requests_total{provider=\"github\",status=\"503\"}": 1]
                    )
                }
            }
        }
    }
}
