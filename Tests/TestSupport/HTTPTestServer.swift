internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A scriptable HTTP server on a free port of 127.0.0.1: a function from request to response, which remembers what it was
/// asked.
package final class HTTPTestServer: Sendable {
    /// A request, whole.
    package struct Request: Sendable {
        package var method: String
        /// Path and query as they were sent.
        package var uri: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]

        package var path: String { String(uri.prefix { $0 != "?" }) }

        /// The values of a query parameter, as they were sent.
        package func query(_ name: String) -> [String] {
            uri.drop { $0 != "?" }.dropFirst().split(separator: "&").compactMap { pair in
                pair == name ? "" : pair.hasPrefix("\(name)=") ? String(pair.dropFirst(name.count + 1)) : nil
            }
        }

        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// What is sent back.
    package struct Response: Sendable {
        package enum End: Sendable {
            case complete
            /// Nothing more is sent, and the connection stays open.
            case stalled
            /// The connection is closed without the rest.
            case cut
            /// The connection is closed without an answer.
            case dropped
        }

        package var status: Int
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]
        package var end: End

        package init(
            status: Int = 200,
            headers: [(String, String)] = [],
            body: [UInt8] = [],
            end: End = .complete
        ) {
            self.status = status
            self.headers = headers.map { (name: $0.0, value: $0.1) }
            self.body = body
            self.end = end
        }

        package static func json(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Response {
            Response(
                status: status,
                headers: [("Content-Type", "application/json")] + headers,
                body: Array(text.utf8)
            )
        }
    }

    package typealias Handler = @Sendable (Request) -> Response

    private let channel: any Channel
    private let log: RequestLog

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
    }

    /// Runs `body` with a server that answers with `handler`.
    package static func with<Result>(
        _ handler: @escaping Handler,
        _ body: (HTTPTestServer) async throws -> Result
    ) async throws -> Result {
        try await with(answering: { handler($0) }, body)
    }

    /// Runs `body` with a server whose answers take a while to be found.
    package static func with<Result>(
        answering handler: @escaping @Sendable (Request) async -> Response,
        _ body: (HTTPTestServer) async throws -> Result
    ) async throws -> Result {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(handler: handler, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let server = HTTPTestServer(channel: channel, log: log)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    package var port: Int { channel.localAddress?.port ?? 0 }

    /// `http://127.0.0.1:PORT`.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// What it was asked so far.
    package var requests: [Request] { log.requests.withLock { $0 } }

    /// How many connections were opened so far.
    package var connections: Int { log.connections.withLock { $0 } }
}

private final class RequestLog: Sendable {
    let requests = Mutex<[HTTPTestServer.Request]>([])
    let connections = Mutex(0)
}

/// Collects a request, and answers it.
private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let handler: @Sendable (HTTPTestServer.Request) async -> HTTPTestServer.Response
    private let log: RequestLog
    private var request: HTTPTestServer.Request?

    init(
        handler: @escaping @Sendable (HTTPTestServer.Request) async -> HTTPTestServer.Response,
        log: RequestLog
    ) {
        self.handler = handler
        self.log = log
    }

    func channelActive(context: ChannelHandlerContext) {
        log.connections.withLock { $0 += 1 }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let headers = head.headers.map { (name: $0.name, value: $0.value) }
            request = .init(method: head.method.rawValue, uri: head.uri, headers: headers, body: [])
        case .body(let bytes): request?.body += bytes.readableBytesView
        case .end:
            guard let request else { return }
            self.request = nil
            log.requests.withLock { $0.append(request) }
            let here = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.makeFutureWithTask { [handler] in await handler(request) }.whenSuccess { response in
                let (handler, context) = here.value
                handler.respond(response, to: context)
            }
        }
    }

    private func respond(_ response: HTTPTestServer.Response, to context: ChannelHandlerContext) {
        if response.end == .dropped {
            context.close(promise: nil)
            return
        }
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
        let length = response.end == .complete ? response.body.count : response.body.count + 1_000
        if !headers.contains(name: "content-length") { headers.add(name: "content-length", value: "\(length)") }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: response.status),
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        switch response.end {
        case .complete: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .stalled: break
        case .cut, .dropped: context.close(promise: nil)
        }
    }
}
