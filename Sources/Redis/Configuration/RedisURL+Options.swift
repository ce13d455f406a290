extension RedisURL {
    static func set(_ option: Substring, in configuration: inout RedisConfiguration) throws(RedisError) {
        let (name, encoded) = split(option, atFirst: "=")
        let value = try decoded(encoded ?? "", "option \(name)")
        guard !value.isEmpty else {
            throw invalid("the option \(name) has no value")
        }
        switch name {
        case "db": configuration.database = try database(value[...])
        case "waitReplicas": configuration.waitReplicas = try count(value)
        case "sentinelUser", "sentinelPassword": try setSentinel(name, value, in: &configuration)
        case "name": configuration.clientName = try clientName(value)
        case "verify": configuration.tls?.verification = try verification(value)
        case "cacert": configuration.tls?.authoritiesFile = value
        case "cert": configuration.tls?.certificateFile = value
        case "key": configuration.tls?.keyFile = value
        case "sni": configuration.tls?.serverName = value
        default:
            throw invalid(
                "the option \(name) is not known; known are db, name, waitReplicas, sentinelUser, sentinelPassword, verify, "
                    + "cacert, cert, key, sni"
            )
        }
        if configuration.tls == nil, ["verify", "cacert", "cert", "key", "sni"].contains(name) {
            throw invalid("the option \(name) needs rediss://, rediss+sentinel:// or rediss+cluster://")
        }
    }

    private static func clientName(_ value: String) throws(RedisError) -> String {
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw invalid("the option name takes printable ASCII without spaces")
        }
        return value
    }

    private static func verification(_ value: String) throws(RedisError) -> RedisTLS.Verification {
        guard let verification = RedisTLS.Verification(rawValue: value) else {
            throw invalid("the option verify is full, chain or none")
        }
        return verification
    }

    private static func count(_ value: String) throws(RedisError) -> Int {
        guard let number = Int(value), (0...100).contains(number) else {
            throw invalid("the option waitReplicas is a number from 0 to 100")
        }
        return number
    }

    private static func setSentinel(
        _ name: Substring,
        _ value: String,
        in configuration: inout RedisConfiguration
    ) throws(RedisError) {
        guard case .sentinel(var sentinels) = configuration.topology else {
            throw invalid("the option \(name) needs redis+sentinel://")
        }
        if name == "sentinelUser" {
            sentinels.username = value
        } else {
            sentinels.password = RedisSecret(value)
        }
        configuration.topology = .sentinel(sentinels)
    }

    /// What only shows when all options are known.
    static func check(_ configuration: RedisConfiguration) throws(RedisError) {
        if case .cluster = configuration.topology, configuration.database != 0 {
            throw invalid("a cluster has database 0 only")
        }
        if case .sentinel(let sentinels) = configuration.topology, sentinels.username != nil, sentinels.password == nil
        {
            throw invalid("the option sentinelUser needs sentinelPassword")
        }
        guard let tls = configuration.tls else { return }
        guard (tls.certificateFile == nil) == (tls.keyFile == nil) else {
            throw invalid("the options cert and key come together")
        }
    }
}
