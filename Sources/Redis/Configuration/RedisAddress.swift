/// Where a server listens.
package enum RedisAddress: Sendable, Hashable {
    case tcp(host: String, port: Int)
    case unixSocket(path: String)
}

extension RedisAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }
}
