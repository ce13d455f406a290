/// How to reach a server, or servers that stand for one another, and what to expect of them.
package struct RedisConfiguration: Sendable, Hashable {
    /// The server; with sentinels or a cluster, the first that is asked.
    package var address: RedisAddress
    package var topology = RedisTopology.single
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
    /// How often sentinels are asked whether there is another master, and a cluster for its map, while all seems well.
    package var topologyInterval = Duration.seconds(2)
    /// How many replicas must have what a script wrote before it counts as done; see ``RedisClient/evaluate(_:keys:isReplicated:arguments:)``.
    package var waitReplicas = 0
    /// Time that they have for it.
    package var waitTimeout = Duration.seconds(1)
    /// Connections for blocking commands at most; further ones wait for a place.
    package var maximumBlockingConnections = 16

    /// One reply may take so many bytes, strings and the room for elements together.
    package var maximumReplyBytes = 64 << 20
    /// One array of a reply may have so many elements.
    package var maximumReplyElements = 1 << 20

    /// A connection to a replica is refused: the server is known to be the master, or should be.
    var requiresMaster = false

    package init(address: RedisAddress) {
        self.address = address
    }
}

extension RedisConfiguration {
    /// The same for one server of the topology.
    func server(at address: RedisAddress, requiresMaster: Bool = false) -> RedisConfiguration {
        var configuration = self
        configuration.address = address
        configuration.topology = .single
        configuration.requiresMaster = requiresMaster
        return configuration
    }

    /// All passwords in it.
    package var secrets: [RedisSecret] {
        guard case .sentinel(let sentinels) = topology else { return [password].compactMap(\.self) }
        return [password, sentinels.password].compactMap(\.self)
    }

    /// What a user calls it: all the addresses of its URL.
    var place: String {
        switch topology {
        case .single: "\(address)"
        case .sentinel(let sentinels): sentinels.addresses.map(\.description).joined(separator: ",")
        case .cluster(let seeds): seeds.map(\.description).joined(separator: ",")
        }
    }
}

extension RedisConfiguration {
    /// Reads `redis://[user[:password]@]host[:port][/database]`, `redis+unix:///path?db=0` for a unix socket,
    /// `redis+sentinel://host[:port],…/master[/database]` or `redis+cluster://host[:port],…`; with TLS `rediss://` and so
    /// on. See ``RedisURL`` for the options.
    ///
    /// - Throws: ``RedisError/Code/invalidURL``, without the URL in it: it may hold a password.
    package init(url: String) throws(RedisError) {
        self = try RedisURL.parse(url)
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// The URL without user and password.
    package var description: String {
        let scheme = tls == nil ? "redis" : "rediss"
        return switch (topology, address) {
        case (.sentinel(let sentinels), _): "\(scheme)+sentinel://\(place)/\(sentinels.master)/\(database)"
        case (.cluster, _): "\(scheme)+cluster://\(place)"
        case (.single, .tcp): "\(scheme)://\(address)/\(database)"
        case (.single, .unixSocket): "redis+unix://\(address)?db=\(database)"
        }
    }
}
