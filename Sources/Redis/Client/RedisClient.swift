package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// A client of Redis: of one server, of the master that sentinels name, or of a cluster. To each server that it uses there is
/// one connection that all commands share, and a pool for those that block.
///
/// ``run()`` is the lifetime of its connections. While there is no connection, commands wait for one, for
/// ``RedisConfiguration/commandTimeout`` at most. A command that was written when its connection ended is never sent
/// again by the client: whether it ran is not known.
///
/// In a cluster a command goes to the server of its key, a script to that of its first key; what a slot's move redirects
/// follows it. A command without a key goes to the server of a key that is given with it.
package final class RedisClient: Service, Sendable {
    private enum Servers {
        case one(RedisNode)
        case cluster(RedisCluster)
    }

    package let configuration: RedisConfiguration
    private let servers: Servers

    package init(configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        let opener = ConnectionOpener(
            tls: configuration.tls,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next()
        )
        if case .cluster(let seeds) = configuration.topology {
            servers = .cluster(RedisCluster(configuration, seeds: seeds, opener, logger: logger))
        } else {
            servers = .one(RedisNode(configuration, opener, isPatient: true, logger: logger))
        }
    }

    /// Connects, and connects again whenever a connection ends, until the task is cancelled or the service shuts down
    /// gracefully. To be called once: afterwards every command fails with ``RedisError/Code/shutdown``.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [servers] in
            switch servers {
            case .one(let node): await node.run()
            case .cluster(let cluster): await cluster.run()
            }
        }
    }

    /// Sends a command on the shared connection.
    ///
    /// Cancelling the task, or a timeout, closes that connection: other commands on it fail with
    /// ``RedisError/Code/connectionClosed``.
    ///
    /// - Parameter key: for a command without one: it goes to the server that has this key.
    /// - Throws: an error reply as ``RedisError/Code/server``, or ``RedisError/Code/unavailable`` where it will pass.
    package func send(_ command: RedisCommand, near key: String? = nil) async throws(RedisError) -> RESPValue {
        try await execute([command], near: key)[0].orError(of: command.name)
    }

    /// Sends commands in one write. Error replies stay in their place.
    ///
    /// All keys must be of one slot. In a cluster, while the slot moves, commands can be sent twice: send what can be
    /// repeated.
    ///
    /// - Throws: ``RedisError/Code/crossSlot`` when they are not of one slot.
    package func pipeline(_ commands: [RedisCommand]) async throws(RedisError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        return try await execute(commands)
    }

    /// Sends a command that blocks, such as `BZPOPMIN` or `XREAD … BLOCK`, on a connection of its own.
    ///
    /// When the task is cancelled, the server is told to let go of the command, and the connection is closed; an item
    /// that it had popped by then is returned all the same. The connection is closed, too, when no reply has come
    /// `commandTimeout` after the command's own timeout, or when it breaks: then an item that was popped is lost, as
    /// with every blocking pop.
    ///
    /// - Parameter timeout: what the command itself asks the server to wait at most.
    /// - Throws: an error reply as ``RedisError/Code/server``, or ``RedisError/Code/unavailable`` where it will pass.
    package func blocking(_ command: RedisCommand, timeout: Duration) async throws(RedisError) -> RESPValue {
        try await execute([command], blockingFor: timeout)[0].orError(of: command.name)
    }

    /// Runs a script by its digest, and loads it first when the server does not know it.
    ///
    /// - Parameters:
    ///   - isReplicated: whether ``RedisConfiguration/waitReplicas`` replicas must have all that was written up to
    ///     now, what the script wrote included.
    ///   - arguments: appends ARGV.
    /// - Throws: an error that the script gives as ``RedisError/Code/server``; ``RedisError/Code/notReplicated`` when it
    ///   ran and too few replicas have it in time.
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        isReplicated: Bool = false,
        arguments: (inout RedisCommand) -> Void = { _ in }
    ) async throws(RedisError) -> RESPValue {
        let command = script.command(keys: keys, arguments: arguments)
        var replies: [RESPValue] = []
        // Between loading and running, the slot may move to a server that does not know the script either.
        for attempt in 0..<3 {
            replies = isReplicated ? try await replicated(command) : try await execute([command])
            guard replies[0].error?.prefix == "NOSCRIPT" else { break }
            let load = RedisCommand("SCRIPT", "LOAD", script.source)
            if attempt > 0, case .cluster(let cluster) = servers {
                // While a slot moves, the server that has its keys is another than the one that has the slot.
                await cluster.tellAll(load)
            } else {
                _ = try await send(load, near: keys.first)
            }
        }
        return try replies[0].orError(of: "the script \(script.name)")
    }

    /// Sends a command, and returns when ``RedisConfiguration/waitReplicas`` replicas have all that was written before it
    /// or by it.
    ///
    /// - Throws: ``RedisError/Code/notReplicated`` when it ran and too few replicas have it in time.
    package func sendReplicated(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        try await replicated(command)[0].orError(of: command.name)
    }

    /// Sends a command to every master; one, but in a cluster.
    package func sendToEachMaster(
        _ command: RedisCommand
    ) async throws(RedisError) -> [(address: String, reply: RESPValue)] {
        let replies: [(RedisAddress, RESPValue)] =
            switch servers {
            case .one: [(configuration.address, try await send(command))]
            case .cluster(let cluster): try await cluster.executeOnAll(command)
            }
        var result: [(address: String, reply: RESPValue)] = []
        for (address, reply) in replies {
            result.append(("\(address)", try reply.orError(of: "\(command.name) to \(address)")))
        }
        return result
    }

    // MARK: - Inside

    /// WAIT speaks of what was written up to the command before it on the same connection. It holds that connection up, so
    /// the two have one to themselves.
    private func replicated(_ command: RedisCommand) async throws(RedisError) -> [RESPValue] {
        let wanted = configuration.waitReplicas
        guard wanted > 0 else { return try await execute([command]) }
        let timeout = configuration.waitTimeout
        let wait = RedisCommand("WAIT", "\(wanted)", "\(Int(timeout / .milliseconds(1)))")
        let replies = try await execute([command, wait], blockingFor: timeout)
        if replies[0].error != nil { return replies }
        let reached = try replies[1].orError(of: "WAIT").int ?? 0
        guard reached >= wanted else {
            throw RedisError(
                .notReplicated,
                """
                A write reached \(reached) of \(wanted) replicas within \(timeout). Start the replicas that are missing, or lower \
                redis.waitReplicas.
                """
            )
        }
        return replies
    }

    /// - Parameter blocking: nil: on the shared connection.
    private func execute(
        _ commands: [RedisCommand],
        near key: String? = nil,
        blockingFor blocking: Duration? = nil
    ) async throws(RedisError) -> [RESPValue] {
        let timeout = configuration.commandTimeout + (blocking ?? .zero)
        switch servers {
        case .one(let node):
            return try await node.execute(commands, timeout: timeout, isAlone: blocking != nil)
        case .cluster(let cluster):
            let slot = try Self.slot(of: commands) ?? key.map { HashSlot(ofKey: $0) }
            return try await cluster.execute(commands, slot: slot, timeout: timeout, isAlone: blocking != nil)
        }
    }

    private static func slot(of commands: [RedisCommand]) throws(RedisError) -> HashSlot? {
        let slots = Set(commands.compactMap { $0.key.map { HashSlot(ofKey: $0) } })
        guard slots.count <= 1 else {
            throw RedisError(.crossSlot, "Commands of one write have keys in \(slots.count) slots of the cluster.")
        }
        return slots.first
    }
}

extension RedisScript {
    func command(keys: [String], arguments: (inout RedisCommand) -> Void) -> RedisCommand {
        var command = RedisCommand("EVALSHA", sha1)
        command.append(keys.count)
        for key in keys {
            command.append(key)
        }
        arguments(&command)
        return command
    }
}
