internal import CJQ

/// Reads JSON text into libjq's values.
enum JQParser {
    /// Parses one JSON value.
    ///
    /// - Throws: what is wrong, with line and column.
    static func parse(_ text: [UInt8]) throws(JQError) -> JQValue {
        guard let parser = jv_parser_new(0) else { throw JQError(.sizeLimit, "no memory for a JSON parser") }
        defer { jv_parser_free(parser) }
        guard let length = Int32(exactly: text.count) else { throw JQError(.sizeLimit, "more than 2 GiB of JSON") }
        return try text.span.bytes.withUnsafeBytes { (bytes) throws(JQError) -> JQValue in
            jv_parser_set_buf(parser, bytes.bindMemory(to: CChar.self).baseAddress, length, 0)
            guard let value = try next(parser) else { throw JQError(.input, "empty, where JSON is expected") }
            guard try next(parser) == nil else { throw JQError(.input, "more than one JSON value") }
            return value
        }
    }

    private static func next(_ parser: OpaquePointer) throws(JQError) -> JQValue? {
        let value = jv_parser_next(parser)
        if jv_is_valid(value) != 0 { return JQValue(owning: value) }
        guard jv_invalid_has_msg(jv_copy(value)) != 0 else {
            jv_free(value)
            return nil
        }
        throw JQError(.input, JQValue(owning: jv_invalid_get_msg(value)).string ?? "not JSON")
    }
}
