internal import Redis

extension RedisSection {
    /// How to reach the Redis that is named here, or by `override`; nil when none is.
    func configuration(overriding override: String? = nil) throws(RedisError) -> RedisConfiguration? {
        guard let url = override ?? url?.value.value else { return nil }
        var configuration = try RedisConfiguration(url: url)
        if configuration.password == nil, let password {
            configuration.password = RedisSecret(password.value)
            configuration.username = configuration.username ?? username
        }
        if case .sentinel(var sentinels) = configuration.topology, sentinels.password == nil, let sentinelPassword {
            sentinels.password = RedisSecret(sentinelPassword.value)
            sentinels.username = sentinels.username ?? sentinelUsername
            configuration.topology = .sentinel(sentinels)
        }
        if configuration.waitReplicas == 0 {
            configuration.waitReplicas = waitReplicas
        }
        if let files = tls, var tls = configuration.tls {
            tls.authoritiesFile = files.ca ?? tls.authoritiesFile
            tls.certificateFile = files.certificate ?? tls.certificateFile
            tls.keyFile = files.key ?? tls.keyFile
            tls.serverName = files.serverName ?? tls.serverName
            configuration.tls = tls
        }
        configuration.clientName = configuration.clientName ?? "tidemark"
        return configuration
    }
}
