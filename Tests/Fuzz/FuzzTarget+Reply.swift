@testable internal import Redis

extension FuzzTarget {
    /// However the bytes are cut, the replies are the same, and so is where they end.
    func readReply(_ bytes: UnsafeRawBufferPointer) {
        let whole = Self.replies(bytes, cuttingAt: bytes.count)
        let cut = Self.replies(bytes, cuttingAt: Int(bytes.first ?? 0) % (bytes.count + 1))
        let limits = "values \(whole.values.count) and \(cut.values.count), error \(whole.isError) and \(cut.isError)"
        precondition(whole.isError == cut.isError, limits)
        // What stood before an error in one piece was handed out, or was not: the connection is dropped anyway.
        if !whole.isError { precondition(whole.values == cut.values, limits) }
    }

    private static func replies(
        _ bytes: UnsafeRawBufferPointer,
        cuttingAt place: Int
    ) -> (values: [RESPValue], isError: Bool) {
        var values: [RESPValue] = []
        do {
            var reader = try RESPReader(limits: RESPLimits(bytes: 1 << 16, elements: 1 << 10))
            for piece in [bytes.prefix(place), bytes.dropFirst(place)] {
                try reader.read(UnsafeRawBufferPointer(rebasing: piece)) { values.append($0) }
            }
            return (values, false)
        } catch {
            precondition(!error.message.isEmpty)
            return (values, true)
        }
    }
}
