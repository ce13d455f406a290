import AsyncHTTPClient
import Catalog
import Crypto
import EntitySources
import Foundation
import HTTPTypes
import Ingestion
import Logging
import NIOCore
import NIOHTTP1
import Redis
import ServiceLifecycle
import Synchronization
import TestSupport

@testable import Administration

/// A provider on a real Redis, and a server that takes its webhooks.
struct TestSite: Sendable {
    let engine: TestEngine
    let provider: Provider
    let port: Int
    let log: TestLog
    let metrics: MetricRegistry
    /// Ends the server as SIGTERM does.
    let shutDown: @Sendable () async -> Void

    static let secret = "a-secret-of-the-hook"

    /// Adds the entities that a payload names, and removes those that it says are gone.
    static let mapping = """
        if .headers["x-github-event"] == "ping" then empty
        elif .payload.fail then error("no such action")
        else {
          added: [.payload.added[]? | {entity: {
            apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: {name: .},
            spec: {type: "service", lifecycle: "production", owner: "team"}}}],
          removed: [.payload.removed[]? | {entityRef: .}]
        } end
        """

    static func with(
        authentication: WebhookAuthentication = .signature(secret: secret),
        delivery: String? = "X-GitHub-Delivery",
        mapping: String = TestSite.mapping,
        change: (inout HTTPServer.Configuration) -> Void = { _ in },
        redis: RedisClient? = nil,
        _ body: (TestSite) async throws -> Void
    ) async throws {
        let provider = Provider.test("github", TestSource(names: ["a", "b"]))
        try await withEngine([provider]) { engine in
            try await engine.runCycle("github")
            var store = redis.map { Store(redis: $0) } ?? engine.store
            store.resendFor = .zero
            let webhook = Webhook(
                provider: "github",
                authentication: authentication,
                deliveryHeader: delivery.flatMap { HTTPField.Name($0) },
                maximumBytes: 10_000,
                mapping: try EventMapping(mapping, field: "event"),
                locationKey: "github"
            )
            let log = TestLog()
            let metrics = MetricRegistry()
            let logger = Logger(label: "test") { _ in log }
            let (ports, listening) = AsyncStream.makeStream(of: Int.self)
            var configuration = HTTPServer.Configuration()
            configuration.port = 0
            change(&configuration)
            let server = HTTPServer(
                configuration,
                access: try Access(host: configuration.host, tokens: []),
                groups: [
                    WebhookRoute(
                        [webhook],
                        events: try LiveEvents(store: store, providers: [provider], metrics: metrics),
                        metrics: metrics,
                        logger: logger
                    )
                ],
                logger: logger,
                onListening: { listening.yield($0) }
            )
            let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: .quiet))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var iterator = ports.makeAsyncIterator()
                let port = await iterator.next() ?? 0
                try await body(
                    TestSite(
                        engine: engine,
                        provider: provider,
                        port: port,
                        log: log,
                        metrics: metrics,
                        shutDown: { await group.triggerGracefulShutdown() }
                    )
                )
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    struct Answer {
        var status: Int
        var headers: [String: String]
        var json: JSON
    }

    static func signature(_ body: String, secret: String = secret) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(body.utf8),
            using: SymmetricKey(data: Array(secret.utf8))
        )
        return "sha256=" + code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Sends what GitHub would, unless told otherwise; a header of "" is left out.
    func send(
        _ body: String,
        to path: String = "/webhooks/github",
        method: String = "POST",
        delivery: String = "delivery-1",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        let usual = [
            "Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": Self.signature(body),
        ]
        for (name, value) in usual.merging(headers, uniquingKeysWith: { $1 }) where !value.isEmpty {
            request.headers.add(name: name, value: value)
        }
        if method != "GET" { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let text = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
            json: try JSON(parsing: Array(buffer: text))
        )
    }

    /// What was counted and is not 0, by name and labels.
    var counted: [String: Double] {
        let samples = metrics.read().flatMap { family in
            family.samples.map { ("\(family.name){\($0.labels.text)}", $0.value) }
        }
        return Dictionary(uniqueKeysWithValues: samples).filter { $0.value != 0 }
    }

    func events() async throws -> [Delta] { try await engine.deltas(of: "github").filter { $0.origin == .event } }
}

/// Keeps what is logged.
final class TestLog: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set { if let newValue { kept.withLock { $0.append("\(key)=\(newValue)") } } }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { " \($0)=\($1)" }.joined()
        kept.withLock { $0.append("\(event.level) \(event.message)\(metadata)") }
    }
}
