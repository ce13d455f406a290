internal import Dispatch
internal import Glibc

/// Prints each delta as one line of JSON.
///
/// The members are `id`, `type`, `provider`, `generation`, `job`, `sequence`, `at` (ms), `origin`, `traceparent`, `tracestate`,
/// `added` and `removed`, as in the stream. A line is written whole before its entry is acknowledged; after a crash, lines may come again.
public final class JSONLinesSink: Sink {
    private let descriptor: Int32
    /// Off the pool of Swift's threads, for a reader may keep a write waiting; serial, for lines must not mix.
    private let queue = DispatchQueue(label: "tidemark.json-lines")

    /// Prints to standard output.
    ///
    /// It makes this process ignore SIGPIPE: a reader that goes away is an error of the sink then, and not the process' end.
    public convenience init() {
        self.init(descriptor: STDOUT_FILENO)
    }

    init(descriptor: Int32) {
        signal(SIGPIPE, SIG_IGN)
        self.descriptor = descriptor
    }

    public func apply(_ entries: [StreamEntry], provider: String) async throws {
        let result: Result<Void, SinkError> = await withCheckedContinuation { continuation in
            queue.async { [descriptor] in
                continuation.resume(
                    returning: Result { () throws(SinkError) in
                        var line = DeltaLine()
                        for entry in entries {
                            try line.withBytes(of: entry) { bytes throws(SinkError) in
                                try Self.write(bytes, to: descriptor)
                            }
                        }
                    }
                )
            }
        }
        try result.get()
    }

    private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) throws(SinkError) {
        var rest = UnsafeRawBufferPointer(bytes)[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // A terminal or pipe that someone else made non-blocking.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            case EPIPE:
                throw SinkError(
                    .closed,
                    "The reader of the JSON lines has closed the pipe: nothing more can be written."
                )
            case let code:
                throw SinkError(.failed, "JSON lines cannot be written: \(String(cString: strerror(code)))")
            }
        }
    }
}
