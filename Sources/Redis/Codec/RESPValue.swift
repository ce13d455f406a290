/// One reply of a Redis server (RESP2).
package enum RESPValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case simpleString(String)
    case bulkString([UInt8])
    case error(RedisServerError)
    case array([RESPValue])
}

extension RESPValue {
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The text of a simple or a bulk string; bytes that are not UTF-8 are repaired.
    package var string: String? {
        switch self {
        case .simpleString(let text): text
        case .bulkString(let bytes): String(decoding: bytes, as: UTF8.self)
        case .null, .integer, .error, .array: nil
        }
    }

    package var bytes: [UInt8]? {
        switch self {
        case .simpleString(let text): Array(text.utf8)
        case .bulkString(let bytes): bytes
        case .null, .integer, .error, .array: nil
        }
    }

    /// An integer reply, or a string that is a decimal integer, as a hash or a sorted set holds it.
    package var int: Int64? {
        switch self {
        case .integer(let value): value
        case .simpleString(let text): Int64(text)
        case .bulkString(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        case .null, .error, .array: nil
        }
    }

    package var array: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var error: RedisServerError? {
        if case .error(let error) = self { error } else { nil }
    }
}
