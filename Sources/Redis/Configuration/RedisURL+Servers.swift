extension RedisURL {
    static func tcpAddress(_ text: Substring, defaultPort: Int) throws(RedisError) -> RedisAddress {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else {
                throw invalid("the [ before the host is not closed")
            }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw invalid("after ] comes a port or nothing")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            (host, port) = split(text, atFirst: ":")
        }
        guard !host.isEmpty else {
            throw invalid("it names no host")
        }
        return .tcp(host: try decoded(host, "host"), port: try portNumber(port) ?? defaultPort)
    }

    private static func portNumber(_ text: Substring?) throws(RedisError) -> Int? {
        guard let text else { return nil }
        guard let port = Int(text), (1...65535).contains(port) else {
            throw invalid("the port is a number from 1 to 65535")
        }
        return port
    }

    static func sentinels(_ hosts: Substring, _ path: Substring) throws(RedisError) -> RedisConfiguration {
        let addresses = try addresses(hosts, defaultPort: 26379)
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else {
            throw invalid(
                "sentinels are written redis+sentinel://host1,host2/NAME/database, NAME being what they call the master"
            )
        }
        let master = try decoded(parts[0], "name of the master")
        var configuration = RedisConfiguration(address: addresses[0])
        configuration.topology = .sentinel(RedisSentinels(addresses: addresses, master: master))
        if parts.count == 2, !parts[1].isEmpty {
            configuration.database = try database(parts[1])
        }
        return configuration
    }

    static func cluster(_ hosts: Substring, _ path: Substring) throws(RedisError) -> RedisConfiguration {
        let addresses = try addresses(hosts, defaultPort: 6379)
        guard ["", "/", "/0"].contains(path) else {
            throw invalid("a cluster has database 0 only; it is written redis+cluster://host1,host2")
        }
        var configuration = RedisConfiguration(address: addresses[0])
        configuration.topology = .cluster(seeds: addresses)
        return configuration
    }

    /// At least one.
    private static func addresses(_ hosts: Substring, defaultPort: Int) throws(RedisError) -> [RedisAddress] {
        var addresses: [RedisAddress] = []
        for host in hosts.split(separator: ",", omittingEmptySubsequences: false) {
            addresses.append(try tcpAddress(host, defaultPort: defaultPort))
        }
        return addresses
    }
}
