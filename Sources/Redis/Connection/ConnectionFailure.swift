internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Why a connection failed, in words for a person.
enum ConnectionFailure {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as RedisError: error.message
        case let error as IOError: systemReason(error)
        case let error as NIOConnectionError: reason(error)
        case ChannelError.connectTimeout: "it did not answer in time"
        case is SocketAddressError.UnknownHost: "its host name is not known"
        case SocketAddressError.unixDomainSocketPathTooLong:
            "the path of its socket is longer than \(RedisAddress.longestSocketPath) bytes"
        default: "\(error)"
        }
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first {
            return reason(first.error)
        }
        return "its host name could not be looked up"
    }

    private static func systemReason(_ error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nothing listens there (connection refused)"
        case ENOENT: "there is no such socket"
        case EACCES: "this user may not open the socket"
        case ECONNRESET, EPIPE: "the server closed it"
        default: error.description
        }
    }
}
