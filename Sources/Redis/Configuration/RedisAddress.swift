/// Where a server listens.
package enum RedisAddress: Sendable, Hashable {
    case tcp(host: String, port: Int)
    case unixSocket(path: String)

    /// The longest path of a socket, in bytes. Linux takes 107; SwiftNIO takes what every system takes.
    package static let longestSocketPath = 103
}

extension RedisAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }
}
