internal import ArgumentParser
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Serves pages of records from memory, with a Link header to the next and an ETag; prints its port first.
struct RecordServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve-records", shouldDisplay: false)

    @Option var records: Int
    @Option var pageSize: Int

    func run() async throws {
        let pages = RecordPages(records: records, pageSize: pageSize).pages.map { ByteBuffer(bytes: $0) }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(RecordHandler(pages: pages))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        print(channel.localAddress?.port ?? 0)
        // What reads the port waits for a line, and standard output is a pipe.
        flushStandardOutput()
        try await channel.closeFuture.get()
    }
}

private final class RecordHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let pages: [ByteBuffer]
    private var page = 0
    private var knownTag: String?

    init(pages: [ByteBuffer]) {
        self.pages = pages
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let number = head.uri.split(separator: "page=").last.flatMap { Int($0.prefix { $0.isNumber }) }
            page = head.uri.contains("page=") ? (number ?? 1) - 1 : 0
            knownTag = head.headers.first(name: "If-None-Match")
        case .body: break
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        let isKnown = pages.indices.contains(page)
        let tag = "\"page-\(page)\""
        let isUnmodified = isKnown && knownTag == tag
        var head = HTTPResponseHead(version: .http1_1, status: isUnmodified ? .notModified : isKnown ? .ok : .notFound)
        let body = isKnown && !isUnmodified ? pages[page] : ByteBuffer()
        head.headers.add(name: "Content-Type", value: "application/json")
        head.headers.add(name: "ETag", value: tag)
        head.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        if page + 1 < pages.count {
            head.headers.add(name: "Link", value: "</repositories?page=\(page + 2)>; rel=\"next\"")
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
