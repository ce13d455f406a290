internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// What Prometheus does: it asks for the metrics each second, over one connection.
final class Scraper: Sendable {
    private let answered = Mutex(0)
    private let port: Int

    init(port: Int) {
        self.port = port
    }

    /// Answers that were metrics.
    var answers: Int { answered.withLock { $0 } }

    /// Asks until it is cancelled.
    func run() async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ReceivedBytes { bytes in
                            let isAnswer = bytes.readableBytesView.starts(with: "HTTP/1.1 200 ".utf8)
                            if isAnswer { self.answered.withLock { $0 += 1 } }
                        }
                    )
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        defer { channel.close(promise: nil) }
        while true {
            try await channel.writeAndFlush(ByteBuffer(string: "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
            try await Task.sleep(for: .seconds(1))
        }
    }
}
