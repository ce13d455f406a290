/// Which servers there are, and how the one to talk to is found.
package enum RedisTopology: Sendable, Hashable {
    /// One server.
    case single
    /// A master and its replicas; sentinels say which is the master.
    case sentinel(RedisSentinels)
    /// Several masters that share the keys among them; any of these servers has the map.
    case cluster(seeds: [RedisAddress])
}

/// Where sentinels listen, and what they are asked.
package struct RedisSentinels: Sendable, Hashable {
    package var addresses: [RedisAddress]
    /// The name under which they watch the master.
    package var master: String
    /// Their own ACL user and password. Without any, they are told those of the master where they ask for some.
    package var username: String?
    package var password: RedisSecret?

    package init(addresses: [RedisAddress], master: String) {
        self.addresses = addresses
        self.master = master
    }
}
