internal import Ingestion

/// Why an operation on a directory failed.
struct DirectoryError: Error, Sendable, Hashable, CustomStringConvertible {
    enum Code: Sendable, Hashable {
        /// The server cannot be reached, or the connection was lost.
        case unreachable
        /// No answer within the time limit.
        case timeout
        /// TLS could not be established, or the server's certificate is not what it must be.
        case tls
        /// The server's result code of RFC 4511.
        case result(Int32)
        /// The answer cannot be read, or is more than was asked for.
        case invalid
        case cancelled
    }

    var code: Code
    /// What failed, where and why; no credentials.
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// An operation that the server ended with a result code.
    init(_ what: String, at server: String, _ result: DirectoryResult) {
        var message = "\(what) at \(server): \(ResultCode.phrase(result.code)) (\(result.code))"
        if !result.diagnostic.isEmpty { message += ": \(result.diagnostic.prefix(500))" }
        if result.code == ResultCode.noSuchObject, !result.matchedDN.isEmpty {
            message += "; the nearest entry there is \(result.matchedDN)"
        }
        self.init(.result(result.code), message)
    }

    var description: String { message }
}

/// The result codes of RFC 4511 (appendix A) that mean something here.
enum ResultCode {
    static let success: Int32 = 0
    static let timeLimitExceeded: Int32 = 3
    static let sizeLimitExceeded: Int32 = 4
    static let referral: Int32 = 10
    static let adminLimitExceeded: Int32 = 11
    static let noSuchObject: Int32 = 32
    static let invalidCredentials: Int32 = 49
    /// RFC 4533: the server cannot go on from the cookie.
    static let syncRefreshRequired: Int32 = 4096

    /// Whether a search that ended so has sent some of what it found.
    static func isLimit(_ code: Int32) -> Bool {
        code == timeLimitExceeded || code == sizeLimitExceeded || code == adminLimitExceeded
    }

    /// Whether another server may well take what this one did not.
    static func isOutage(_ code: Int32) -> Bool { [1, 51, 52, 80].contains(code) }

    static func phrase(_ code: Int32) -> String { phrases[code] ?? "the server refuses" }

    private static let phrases: [Int32: String] = [
        1: "operations error", 2: "protocol error", 3: "time limit exceeded", 4: "size limit exceeded",
        7: "authentication method not supported", 8: "stronger authentication required", 10: "referral",
        11: "administrative limit exceeded", 12: "critical extension unavailable", 13: "confidentiality required",
        18: "inappropriate matching", 21: "invalid attribute syntax", 32: "no such object", 34: "invalid DN syntax",
        48: "inappropriate authentication", 49: "invalid credentials", 50: "insufficient access", 51: "busy",
        52: "unavailable", 53: "unwilling to perform", 80: "internal error", 4096: "refresh required",
    ]
}

extension SourceError {
    /// In the terms that the engine acts on.
    init(_ error: DirectoryError) {
        let code: Code
        switch error.code {
        case .unreachable, .tls: code = .unavailable
        case .timeout, .cancelled: code = .timeout
        case .invalid: code = .invalidPage
        case .result(let result):
            switch result {
            case ResultCode.timeLimitExceeded, ResultCode.sizeLimitExceeded, ResultCode.adminLimitExceeded:
                code = .limitExceeded
            case 7, 8, 13, 48, 49, 50: code = .unauthorized
            case ResultCode.syncRefreshRequired: code = .cursorExpired
            default: code = result != 1 && ResultCode.isOutage(result) ? .unavailable : .refused
            }
        }
        self.init(code, error.message, underlying: error)
    }
}
