/// What the server sent cannot be read; the connection is of no use any more.
struct RESPProtocolError: Error, Sendable, Equatable {
    enum Code: Sendable, Hashable {
        /// The bytes are not RESP2.
        case malformed
        /// One reply is larger than ``RESPLimits/bytes``.
        case tooManyBytes
        /// An array is longer than ``RESPLimits/elements``.
        case tooManyElements
        /// Arrays are nested deeper than ``RESPLimits/depth``.
        case tooDeep
        case outOfMemory
    }

    let code: Code
    let message: String
}

extension RESPProtocolError {
    static func tooManyBytes(limit: Int) -> Self {
        Self(code: .tooManyBytes, message: "a reply of more than \(limit) bytes")
    }

    static func tooManyElements(_ count: Int, limit: Int) -> Self {
        Self(code: .tooManyElements, message: "an array of \(count) elements, more than \(limit)")
    }

    static func tooDeep(limit: Int) -> Self {
        Self(code: .tooDeep, message: "arrays nested deeper than \(limit)")
    }
}
