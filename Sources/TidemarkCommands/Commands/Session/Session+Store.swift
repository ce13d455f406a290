internal import Catalog
internal import Ingestion
internal import Logging
internal import Redis

extension Session {
    /// Runs `body` with the engine's state in Redis; writes nothing by itself.
    func withStore<Result: Sendable>(_ body: (Store) async throws -> Result) async throws -> Result {
        let redis = try redisConfiguration()
        var logger = logger
        // That Redis cannot be reached is said once, by the command's error, and not with each attempt.
        if logger.logLevel > .debug { logger.logLevel = .critical }
        return try await placing {
            try await withClient(redis, logger: logger) { client in
                try await body(laidOutStore(client))
            }
        }
    }

    /// The engine's state as it is laid out in Redis.
    func laidOutStore(_ client: RedisClient) async throws -> Store {
        let store = try await Store(redis: client, prefix: configuration.redis.prefix, lanes: lanes(client))
        try await store.requireKnownLayout()
        return store
    }

    /// The number of lanes that Redis is laid out with; a file that says otherwise is an error.
    private func lanes(_ client: RedisClient) async throws -> Int {
        let configured = configuration.redis.lanes
        let reply = try await client.send(RedisCommand("HGET", configuration.redis.prefix + ":layout", "lanes"))
        guard let laidOut = reply.int.map(Int.init), laidOut != configured else { return configured }
        guard LaneCount.allowed.contains(laidOut) else {
            throw CommandFailure(
                .failure,
                "\(configuration.redis.prefix):layout says \(laidOut) lanes, which no Tidemark has written",
                mend: "set its field lanes to what the configuration of the workers says"
            )
        }
        guard configuration.file.isEmpty else {
            throw CommandFailure(
                .usage,
                "Redis is laid out with \(laidOut) lanes, the configuration says \(configured)",
                at: configuration.file,
                mend: "set redis.lanes to \(laidOut), or take another redis.prefix"
            )
        }
        return laidOut
    }

    /// Runs `body`, and says of an error of Redis where that Redis is named.
    func placing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch  where error is StoreError || (error as? RedisError).map({ $0.code != .cancelled }) ?? false {
            var failure = CommandFailure(error)
            if failure.status == .unreachable { failure.place = redisPlace }
            throw failure
        }
    }

    private var redisPlace: String? {
        if redisURL != nil { return "--redis-url" }
        return configuration.redis.url.map { "\(configuration.file):\($0.node.place) (\($0.path))" }
    }

    /// Runs `body` with a client whose connections live as long as it.
    func withClient<Result: Sendable>(
        _ redis: RedisConfiguration,
        logger: Logger,
        _ body: (RedisClient) async throws -> Result
    ) async throws -> Result {
        let client = RedisClient(configuration: redis, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            return try await body(client)
        }
    }

    /// The engine's state behind a client.
    func store(_ client: RedisClient) -> Store {
        Store(redis: client, prefix: configuration.redis.prefix, lanes: configuration.redis.lanes)
    }

    /// The Redis that the command line or the file names, or the private one of a `tidemark run` on this machine.
    func redisConfiguration() throws -> RedisConfiguration {
        if let redis = try configuration.redis.configuration(overriding: redisURL) { return redis }
        let place = PrivateRedis(dataDirectory: dataDirectory)
        guard let redis = try place.running() else {
            throw CommandFailure(
                .unreachable,
                "no redis.url is configured, and no `tidemark run` with a private Redis is running",
                at: place.directory,
                mend: "set redis.url in \(configuration.file.isEmpty ? Self.defaultFile : configuration.file), give "
                    + "--redis-url, or start `tidemark run`"
            )
        }
        return redis
    }
}
