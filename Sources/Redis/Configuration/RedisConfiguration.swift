/// How to reach a server, and what to expect of it.
package struct RedisConfiguration: Sendable, Hashable {
    package var address: RedisAddress
    /// ACL user. Without one, a password is that of the user `default`.
    package var username: String?
    package var password: RedisSecret?
    package var database = 0
    /// nil: not encrypted.
    package var tls: RedisTLS?
    /// The name under which connections are listed by `CLIENT LIST`. No spaces.
    package var clientName: String?

    /// Time for one attempt to connect, TLS and authentication included.
    package var connectTimeout = Duration.seconds(5)
    /// Time that a command has from being sent to its reply, waiting for a connection included.
    package var commandTimeout = Duration.seconds(5)
    package var backoff = RedisBackoff()
    /// Connections for blocking commands at most; further ones wait for a place.
    package var maximumBlockingConnections = 16

    /// One reply may take so many bytes, strings and the room for elements together.
    package var maximumReplyBytes = 64 << 20
    /// One array of a reply may have so many elements.
    package var maximumReplyElements = 1 << 20

    package init(address: RedisAddress) {
        self.address = address
    }
}

extension RedisConfiguration {
    /// Reads `redis://[user[:password]@]host[:port][/database]`, `rediss://` for TLS, or
    /// `redis+unix:///path?db=0` for a unix socket; see ``RedisURL`` for the options.
    ///
    /// - Throws: ``RedisError/Code/invalidURL``, without the URL in it: it may hold a password.
    package init(url: String) throws(RedisError) {
        self = try RedisURL.parse(url)
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// The URL without user and password.
    package var description: String {
        switch address {
        case .tcp: "\(tls == nil ? "redis" : "rediss")://\(address)/\(database)"
        case .unixSocket: "redis+unix://\(address)?db=\(database)"
        }
    }
}
