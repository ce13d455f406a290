/// Asks sentinels which server is the master.
struct Sentinels: Sendable {
    private static let patience = Duration.seconds(1)

    private let sentinels: RedisSentinels
    private let configuration: RedisConfiguration
    private let opener: ConnectionOpener
    private let inquiry: TopologyInquiry

    /// nil where the configuration has none.
    init?(_ configuration: RedisConfiguration, _ opener: ConnectionOpener) {
        guard case .sentinel(let sentinels) = configuration.topology else { return nil }
        self.sentinels = sentinels
        self.configuration = configuration
        self.opener = opener
        inquiry = TopologyInquiry(sentinels.addresses)
    }

    func master() async throws(RedisError) -> RedisAddress {
        try await inquiry.ask { address throws(RedisError) in
            let connection = try await connect(to: address)
            defer { connection.close(.shutdown()) }
            let commands = [
                RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", sentinels.master),
                RedisCommand("SENTINEL", "MASTER", sentinels.master),
            ]
            let content = RedisRequest.Content(pipeline: commands, timeout: Self.patience)
            let replies = try await connection.execute(content).values
            return try MasterAnswer(replies, of: address, master: sentinels.master).answer
        }
    }

    private func connect(to address: RedisAddress) async throws(RedisError) -> RedisConnection {
        var sentinel = configuration.server(at: address)
        sentinel.connectTimeout = min(configuration.connectTimeout, Self.patience)
        sentinel.database = 0
        sentinel.username = sentinels.username
        sentinel.password = sentinels.password
        do {
            return try await opener.open(sentinel)
        } catch {
            guard error.serverError?.prefix == "NOAUTH", sentinels.password == nil, configuration.password != nil else {
                throw error
            }
        }
        sentinel.username = configuration.username
        sentinel.password = configuration.password
        return try await opener.open(sentinel)
    }
}

/// What a sentinel answered to the question for the master, and for what it knows of it.
struct MasterAnswer {
    let answer: TopologyInquiry.Answer<RedisAddress>

    init(_ replies: [RESPValue], of sentinel: RedisAddress, master: String) throws(RedisError) {
        let address = try replies[0].orError(of: "the question for the master at \(sentinel)")
        guard !address.isNull else {
            throw RedisError(
                .server,
                "The sentinel at \(sentinel) watches no master of the name \(master): correct the name in the Redis URL."
            )
        }
        guard let parts = address.array, parts.count == 2, let host = parts[0].string, let port = parts[1].int else {
            throw RedisError(.unexpectedReply, "\(sentinel) did not name a master: is it a sentinel?")
        }
        // A user may be forbidden to ask for more than the address; then the epochs of all are alike.
        let fields = replies[1].array ?? []
        var epoch: Int64 = 0
        for index in stride(from: 0, to: fields.count - 1, by: 2) where fields[index].string == "config-epoch" {
            epoch = fields[index + 1].int ?? 0
        }
        answer = TopologyInquiry.Answer(content: .tcp(host: host, port: Int(port)), epoch: epoch)
    }
}
