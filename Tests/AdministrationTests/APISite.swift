import AsyncHTTPClient
import Catalog
import Ingestion
import Logging
import NIOCore
import NIOHTTP1
import Redis
import ServiceLifecycle
import TestSupport
import Testing

@testable import Administration

/// The API over a provider `github` on a real Redis. Every answer that a test gets is looked up in the document that is served: a
/// status, or a member, that is not in it fails the test.
struct APISite: Sendable {
    let engine: TestEngine
    let source: TestSource
    let port: Int
    let log: TestLog
    let document: JSON

    static let read = AccessToken.generate()
    static let manage = AccessToken.generate()
    static let tokens = [
        AccessToken(name: "grafana", scope: .read, sha256: read.sha256),
        AccessToken(name: "ops", scope: .manage, sha256: manage.sha256),
    ].compactMap { $0 }

    struct Answer {
        var status: Int
        var headers: [String: String]
        var json: JSON

        var code: String? { json["error"]?["code"]?.string }
    }

    /// What a test wants otherwise.
    struct Setup {
        /// What the source lists; one cycle over it is done.
        var names = ["a", "b"]
        var tokens = APISite.tokens
        var hostNames: [String] = []
        var provider: (inout Provider) -> Void = { _ in }
        var server: (inout HTTPServer.Configuration) -> Void = { _ in }
        /// Of the worker in this process; nil for a server without one.
        var readiness: WorkerHealth?
        /// What it serves besides.
        var groups: [any EndpointGroup] = []
        /// What it counts.
        var metrics = MetricRegistry()
        /// For how long a scrape waits for Redis.
        var patience = Duration.seconds(60)
        /// What the server is to use in place of the engine's Redis.
        var redis: RedisClient?
    }

    static func with(_ setup: Setup = Setup(), _ body: (APISite) async throws -> Void) async throws {
        let names = setup.names
        let source = TestSource([names.map { TestSource.entity($0) }], pageSize: names.count > 100 ? 500 : 2)
        let provider = Provider.test("github", source, setup.provider)
        try await withEngine([provider]) { engine in
            try await engine.runCycle("github")
            var store = setup.redis.map { Store(redis: $0) } ?? engine.store
            store.resendFor = .zero
            let operations = Operations(store: store)
            let health = ProviderHealth(operations, pageTimeouts: [:])
            let log = TestLog()
            let logger = Logger(label: "test") { _ in log }
            let (ports, listening) = AsyncStream.makeStream(of: Int.self)
            var configuration = HTTPServer.Configuration()
            configuration.port = 0
            configuration.requestsPerSecond = 10_000
            setup.server(&configuration)
            let access = try Access(host: configuration.host, names: setup.hostNames, tokens: setup.tokens)
            let watch = StateWatch(operations, pageTimeouts: [:], interval: .milliseconds(10), logger: logger)
            let state = StateMetrics(
                operations,
                providers: ["github"],
                freshness: .zero,
                patience: setup.patience,
                logger: logger
            )
            let groups: [any EndpointGroup] = [
                WebhookRoute(
                    [],
                    events: try LiveEvents(store: store, providers: [provider]),
                    metrics: setup.metrics,
                    logger: logger
                ),
                HealthEndpoints(
                    health,
                    readiness: setup.readiness.map { Readiness(of: $0, lease: .seconds(30)) }
                        ?? Readiness(of: store)
                ),
                ProviderEndpoints(operations, locationKeys: [:]), WorkerEndpoints(store),
                BackstageEndpoints(operations, health: health), WatchEndpoints(watch), DashboardEndpoints(access),
                MetricsEndpoints(setup.metrics, state, rests: ["github": provider.restLength]),
            ]
            let server = HTTPServer(
                configuration,
                access: access,
                groups: groups + setup.groups,
                logger: logger,
                onListening: { listening.yield($0) }
            )
            let group = ServiceGroup(
                configuration: .init(
                    services: [.init(service: server), .init(service: watch), .init(service: state)],
                    logger: .quiet
                )
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var iterator = ports.makeAsyncIterator()
                let port = await iterator.next() ?? 0
                let document = try await send("GET", "/openapi.json", port: port).json
                try await body(
                    APISite(engine: engine, source: source, port: port, log: log, document: document)
                )
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    /// Asks as the holder of a token: the one with manage unless told otherwise.
    @discardableResult
    func ask(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        token: String? = manage.text,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers["Authorization"] = "Bearer \(token)" }
        let answer = try await Self.send(method, path, body, headers: headers, port: port)
        check(answer, method, path)
        return answer
    }

    /// Whether the status is one that the document has, and the members of the answer are those of its schema.
    private func check(_ answer: Answer, _ method: String, _ path: String) {
        let parts = path.prefix { $0 != "?" }.split(separator: "/")
        let template = (document["paths"]?.object ?? [:]).keys.first { key in
            let pattern = key.split(separator: "/")
            return pattern.count == parts.count
                && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        guard let template, let operation = document["paths"]?[template]?[method.lowercased()] else { return }
        let response = operation["responses"]?["\(answer.status)"]
        #expect(response != nil, "\(method) \(path) answers \(answer.status), which the document does not have")
        let schema = response?["content"]?["application/json"]?["schema"]
        let problems = schema.map { SchemaCheck(document).problems(of: answer.json, in: $0) } ?? []
        #expect(problems == [], "\(method) \(path)")
    }

    static func send(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        headers: [String: String] = [:],
        port: Int
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let bytes = Array(buffer: try await response.body.collect(upTo: 4 << 20))
        let isText = response.headers.first(name: "Content-Type")?.hasPrefix("text/plain") ?? false
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
            json: bytes.isEmpty
                ? nil : isText ? .string(String(decoding: bytes, as: UTF8.self)) : try JSON(parsing: bytes)
        )
    }
}
