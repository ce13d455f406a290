internal import Subprocess

/// Splits a program's output into lines, none of them longer than a limit.
struct LineReader {
    struct TooLong: Error {
        let limit: Int
    }

    private var output: SubprocessOutputSequence.Iterator
    private let maximumBytes: Int
    private var pending: [UInt8] = []
    /// How much of `pending` is known to hold no line's end.
    private var searched = 0

    init(_ output: SubprocessOutputSequence, maximumBytes: Int) {
        self.output = output.makeAsyncIterator()
        self.maximumBytes = maximumBytes
    }

    /// True if something of the next line is here already.
    var hasMore: Bool { !pending.isEmpty }

    /// The next line without its end; nil when the output ends. A last line may lack its end.
    mutating func next() async throws -> [UInt8]? {
        while true {
            if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                guard end <= maximumBytes else { throw TooLong(limit: maximumBytes) }
                let line = Array(pending[..<end])
                pending.removeSubrange(...end)
                searched = 0
                return line
            }
            searched = pending.count
            guard searched <= maximumBytes else { throw TooLong(limit: maximumBytes) }
            guard let buffer = try await output.next() else {
                guard !pending.isEmpty else { return nil }
                defer { pending = [] }
                searched = 0
                return pending
            }
            buffer.withUnsafeBytes { pending.append(contentsOf: $0) }
        }
    }
}
