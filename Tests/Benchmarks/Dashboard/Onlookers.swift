internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Dashboards that are looked at: connections that ask for what there is to watch, and count what they are told.
final class Onlookers: Sendable {
    private let told = Mutex(0)

    /// Messages that came to any of them.
    var messages: Int { told.withLock { $0 } }

    /// Runs `body` while so many look on; each has been told what is before it begins.
    static func with<Result: Sendable>(
        _ count: Int,
        port: Int,
        _ body: @Sendable (Onlookers) async throws -> Result
    ) async throws -> Result {
        let onlookers = Onlookers()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var channels: [any Channel] = []
        for _ in 0..<count {
            let channel = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ReceivedBytes { bytes in
                                let batches = batches(in: bytes)
                                onlookers.told.withLock { $0 += batches }
                            }
                        )
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            try await channel.writeAndFlush(
                ByteBuffer(string: "GET /api/v1/watch HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            )
            channels.append(channel)
        }
        while onlookers.messages < count { try await Task.sleep(for: .milliseconds(20)) }
        let result = try await body(onlookers)
        for channel in channels { try? await channel.close() }
        try await group.shutdownGracefully()
        return result
    }

    /// Batches of messages that end here; what closes one is the time. No text is made of the bytes: a thousand onlookers share
    /// the processors with what is measured.
    private static func batches(in bytes: ByteBuffer) -> Int {
        bytes.withUnsafeReadableBytes { bytes in
            var (count, rest) = (0, bytes[...])
            while let start = rest.firstIndex(of: UInt8(ascii: "\n")) {
                rest = rest[(start + 1)...]
                if rest.starts(with: "event: time".utf8) { count += 1 }
            }
            return count
        }
    }
}
