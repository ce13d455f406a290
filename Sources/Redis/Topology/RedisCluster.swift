internal import Logging
internal import NIOCore
internal import Synchronization

/// The masters of a cluster, each with connections of its own, and the map that says which has a key.
final class RedisCluster: Sendable {
    private static let patience = Duration.seconds(1)

    private struct State {
        var map: SlotMap?
        var nodes: [RedisAddress: RedisNode] = [:]
        /// Why there is no newer map.
        var failure: RedisError?
        var isStopped = false
    }

    private let configuration: RedisConfiguration
    private let seeds: [RedisAddress]
    private let opener: ConnectionOpener
    private let logger: Logger
    private let inquiry: TopologyInquiry
    private let state = Mutex(State())
    private let starts = AsyncStream.makeStream(of: RedisNode.self)
    private let refreshes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(_ configuration: RedisConfiguration, seeds: [RedisAddress], _ opener: ConnectionOpener, logger: Logger) {
        self.configuration = configuration
        self.seeds = seeds
        self.opener = opener
        self.logger = logger
        inquiry = TopologyInquiry(seeds)
    }

    /// Keeps the map and the connections until the task is cancelled; afterwards every command fails.
    func run() async {
        refreshes.continuation.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                while (try? await Task.sleep(for: configuration.topologyInterval)) != nil {
                    refreshes.continuation.yield()
                }
            }
            group.addTask { [self] in
                for await _ in refreshes.stream {
                    await refresh()
                    // What failed meanwhile asks once for all.
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            for await node in starts.stream {
                group.addTask { await node.run() }
            }
        }
        let nodes = state.withLock { state in
            state.isStopped = true
            return state.nodes.values
        }
        for node in nodes { await node.stop() }
    }

    /// Runs commands where the slot is, wherever it moves meanwhile.
    ///
    /// From the first that is redirected on, all are sent again, to where that one belongs.
    ///
    /// - Parameters:
    ///   - slot: nil: any master will do.
    ///   - timeout: for the replies, once the commands were written.
    func execute(
        _ commands: [RedisCommand],
        slot: HashSlot?,
        timeout: Duration,
        isAlone: Bool
    ) async throws(RedisError) -> [RESPValue] {
        let deadline = ContinuousClock.now + configuration.commandTimeout
        var journey = Journey(commands)
        var pauses = 0
        while true {
            do throws(RedisError) {
                let node = if let asked = journey.asked { try node(at: asked) } else { try node(of: slot) }
                let left = isAlone ? timeout : min(timeout, max(.zero, deadline - .now))
                let answers = try await node.execute(journey.commands, timeout: left, isAlone: isAlone)
                switch journey.received(answers, from: node.configuration.address) {
                case .finished(let replies): return replies
                case .goOn: continue
                case .learn(let slot, let address):
                    state.withLock { $0.map?.move(slot, to: address) }
                    refreshes.continuation.yield()
                    continue
                case .pause(let replies):
                    // Out of time, the caller gets the server's own words.
                    if ContinuousClock.now >= deadline { return replies }
                }
            } catch {
                guard isUnsent(error), ContinuousClock.now < deadline else {
                    refreshes.continuation.yield()
                    throw error
                }
                journey.failed()
            }
            refreshes.continuation.yield()
            try await pause(pauses)
            pauses += 1
        }
    }

    /// Runs a command on every master.
    func executeOnAll(_ command: RedisCommand) async throws(RedisError) -> [(RedisAddress, RESPValue)] {
        // The first of them waits for the map.
        _ = try await execute([RedisCommand("PING")], slot: nil, timeout: configuration.commandTimeout, isAlone: false)
        var replies: [(RedisAddress, RESPValue)] = []
        for address in state.withLock({ $0.map?.masters ?? [] }) {
            let reply = try await node(at: address).execute([command], timeout: configuration.commandTimeout)
            replies.append((address, reply[0]))
        }
        return replies
    }

    /// Sends a command to every master, and passes over those that do not take it.
    func tellAll(_ command: RedisCommand) async {
        await withDiscardingTaskGroup { group in
            for address in state.withLock({ $0.map?.masters ?? [] }) {
                guard let node = try? node(at: address) else { continue }
                group.addTask { [configuration] in
                    // One that is away takes no script, and needs none.
                    _ = try? await node.execute([command], timeout: configuration.commandTimeout)
                }
            }
        }
    }

    // MARK: - Nodes

    private func node(of slot: HashSlot?) throws(RedisError) -> RedisNode {
        let (map, failure, isStopped) = state.withLock { ($0.map, $0.failure, $0.isStopped) }
        guard !isStopped else { throw .shutdown() }
        guard let map else {
            throw failure
                ?? RedisError(
                    .connectionFailed,
                    "No connection to Redis at \(configuration.place): none was made in time"
                )
        }
        guard let address = slot.map({ map.master(of: $0) }) ?? map.masters.first else {
            throw RedisError(
                .connectionFailed,
                "No server of the cluster has the slot \(slot?.number ?? 0): see `redis-cli --cluster check`."
            )
        }
        return try node(at: address)
    }

    private func node(at address: RedisAddress) throws(RedisError) -> RedisNode {
        let (node, isNew, isStopped) = state.withLock { state in
            if let node = state.nodes[address] { return (node, false, state.isStopped) }
            let node = RedisNode(configuration.server(at: address), opener, isPatient: false, logger: logger)
            if !state.isStopped { state.nodes[address] = node }
            return (node, true, state.isStopped)
        }
        guard !isStopped else { throw .shutdown() }
        if isNew { starts.continuation.yield(node) }
        return node
    }

    private func isUnsent(_ error: RedisError) -> Bool {
        switch error.code {
        case .connectionFailed, .unavailable: true
        // A server that has left the map; or all of them, with the client.
        case .shutdown: !state.withLock { $0.isStopped }
        default: false
        }
    }

    private func pause(_ count: Int) async throws(RedisError) {
        do {
            try await Task.sleep(for: .milliseconds(Int.random(in: 10...20 << min(count, 4))))
        } catch {
            throw .cancelled()
        }
    }

    // MARK: - The map

    private func refresh() async {
        do throws(RedisError) {
            let map = try await inquiry.ask { address throws(RedisError) in try await ask(address) }
            inquiry.learn(map.masters + map.replicas, always: seeds)
            let gone = state.withLock { state in
                let isFirst = state.map == nil
                state.map = map
                state.failure = nil
                if isFirst { return [RedisNode]() }
                // One that still answers says itself where its slots are now.
                let gone = state.nodes.filter { !map.masters.contains($0.key) && !$0.value.isConnected }
                for address in gone.keys { state.nodes[address] = nil }
                return Array(gone.values)
            }
            for node in gone { node.leave() }
        } catch {
            let isFirst = state.withLock { state in
                defer { state.failure = error }
                return state.failure == nil
            }
            if isFirst, error.code != .cancelled {
                logger.info("no map of the Redis cluster, trying on", metadata: [RedisLogKey.error: "\(error)"])
            }
        }
    }

    private func ask(_ address: RedisAddress) async throws(RedisError) -> TopologyInquiry.Answer<SlotMap> {
        var server = configuration.server(at: address)
        server.connectTimeout = min(configuration.connectTimeout, Self.patience)
        let connection = try await opener.open(server)
        defer { connection.close(.shutdown()) }
        let commands = [RedisCommand("CLUSTER", "SLOTS"), RedisCommand("CLUSTER", "INFO")]
        let content = RedisRequest.Content(pipeline: commands, timeout: Self.patience)
        let replies = try await connection.execute(content).values
        let slots = try replies[0].orError(of: "the question for the slots of its cluster, at \(address)")
        let epoch = (replies[1].string ?? "").split(whereSeparator: \.isNewline).lazy
            .compactMap { $0.hasPrefix("cluster_current_epoch:") ? Int64($0.drop { $0 != ":" }.dropFirst()) : nil }
            .first
        return TopologyInquiry.Answer(content: try SlotMap(slots, from: address), epoch: epoch ?? 0)
    }
}
