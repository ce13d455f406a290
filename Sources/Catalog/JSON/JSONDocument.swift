internal import CSimdjson

/// A JSON parser that is reused, and the value that it last read.
///
/// The value stays where simdjson put it, a flat tape; ``JSONElement`` walks it without copying. Elements live as long as
/// the closure of ``withRoot(_:)``, and the compiler keeps the document from being parsed anew in there.
package struct JSONDocument: ~Copyable {
    /// How deep arrays and objects may nest. simdjson and the walks over its tape both stay far from the stack's end.
    package static let defaultMaximumDepth = 128
    /// How long a text may be, in bytes.
    package static let defaultMaximumBytes = 256 << 20

    private let parser: OpaquePointer?
    private let maximumBytes: Int
    private let maximumDepth: Int
    private var tape = tidemark_json_tape()

    package init(
        maximumDepth: Int = JSONDocument.defaultMaximumDepth,
        maximumBytes: Int = JSONDocument.defaultMaximumBytes
    ) {
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
        // simdjson's limit is the first depth that it refuses.
        parser = tidemark_json_parser_create(maximumBytes, maximumDepth + 1)
    }

    deinit { tidemark_json_parser_free(parser) }

    /// Reads one JSON value from UTF-8 text; a byte order mark before it is skipped.
    package mutating func parse(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        tape = tidemark_json_tape()
        guard let parser else { throw JSONError(.memory, "no memory for a JSON parser") }
        guard text.count <= maximumBytes else {
            throw JSONError(.size, "\(text.count) bytes of JSON, above the limit of \(maximumBytes)")
        }
        guard let start = text.baseAddress else { throw JSONError(.empty, "no JSON value: the text is empty") }
        let mark = text.startsWithMark ? 3 : 0
        let code = tidemark_json_parse(parser, start + mark, text.count - mark, &tape)
        if code != 0 {
            throw JSONFault.first(in: text, maximumDepth: maximumDepth)
                ?? JSONError(simdjson: code, maximumDepth: maximumDepth)
        }
    }

    /// Reads one JSON value from UTF-8 text; a byte order mark before it is skipped.
    package mutating func parse(_ text: [UInt8]) throws(JSONError) {
        // `withUnsafeBufferPointer` takes no closure that mutates self and throws a typed error: hence the result.
        let result: Result<Void, JSONError> = text.withUnsafeBufferPointer { buffer in
            do throws(JSONError) { return .success(try parse(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Lends the value that was read. Nothing of it may leave the closure but what was copied.
    ///
    /// Call it only after a parse that did not throw.
    package borrowing func withRoot<R, E: Error>(_ body: (JSONElement) throws(E) -> R) throws(E) -> R {
        guard let entries = tape.tape, let strings = tape.strings else {
            preconditionFailure("withRoot before a parse that succeeded")
        }
        return try body(JSONElement(tape: entries, strings: strings, index: 1))
    }
}
