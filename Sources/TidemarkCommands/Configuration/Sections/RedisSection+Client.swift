internal import Redis

extension RedisSection {
    /// How to reach the Redis that is named here, or by `override`; nil when none is.
    func configuration(overriding override: String? = nil) throws(RedisError) -> RedisConfiguration? {
        guard let url = override ?? url?.value else { return nil }
        var configuration = try RedisConfiguration(url: url)
        if configuration.password == nil, let password {
            configuration.password = RedisSecret(password.value)
            configuration.username = configuration.username ?? username
        }
        if let tls, configuration.tls != nil {
            configuration.tls?.authoritiesFile = tls.ca ?? configuration.tls?.authoritiesFile
            configuration.tls?.certificateFile = tls.certificate ?? configuration.tls?.certificateFile
            configuration.tls?.keyFile = tls.key ?? configuration.tls?.keyFile
        }
        configuration.clientName = configuration.clientName ?? "tidemark"
        return configuration
    }
}
