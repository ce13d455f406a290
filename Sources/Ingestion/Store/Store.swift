package import Catalog
package import Redis

/// The engine's state in Redis. Its methods are the scripts; there is no other store.
///
/// A script that was sent is always awaited, even by a cancelled task: the last write of a burst must not be torn, and
/// giving up on a reply would close the connection under everyone else's.
package struct Store: Sendable {
    package let redis: RedisClient
    /// What every key begins with, inside the hash tag.
    package let prefix: String
    /// How many lanes Redis is laid out with.
    package let lanes: Int
    /// What this build writes, and knows at the most.
    package let versions: FormatVersions
    /// Milliseconds added to the clock of Redis; tests move time with it.
    let clockOffset: @Sendable () -> Int64
    /// Makes the ids of new jobs; a test that repeats itself makes its own.
    let makeJobID: @Sendable (_ provider: String) -> String
    /// What is sent for a script: itself, but in a test that must fail when a check is taken out of one.
    let variant: @Sendable (RedisScript) -> RedisScript

    /// For so long a script is tried again: a failover takes what the sentinels or the cluster wait before they believe that a
    /// master is dead, and a little more. What takes longer comes back with the lease of its job.
    package var resendFor = Duration.seconds(30)
    /// The worker that registers, claims and polls with this store.
    package var worker = ""
    /// Nil: nobody asks how long scripts take.
    package var timers: ScriptTimers?

    package init(
        redis: RedisClient,
        prefix: String = "tidemark",
        lanes: Int = 1,
        versions: FormatVersions = .known,
        clockOffset: @escaping @Sendable () -> Int64 = { 0 },
        makeJobID: @escaping @Sendable (_ provider: String) -> String = Job.makeID,
        variant: @escaping @Sendable (RedisScript) -> RedisScript = { $0 }
    ) {
        self.redis = redis
        self.prefix = prefix
        self.lanes = lanes
        self.versions = versions
        self.clockOffset = clockOffset
        self.makeJobID = makeJobID
        self.variant = variant
    }

    package func lane(_ number: Int) -> LaneKeys { LaneKeys(prefix: prefix, lane: number) }

    /// The lane of a provider: FNV-1a of its name, so every version and machine agrees.
    package func lane(of provider: String) -> LaneKeys {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in provider.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return lane(Int(hash % UInt64(lanes)))
    }

    package func keys(of provider: String) -> ProviderKeys { lane(of: provider).provider(provider) }

    /// Runs a script on its lane. One that promises to be a no-op when repeated is sent again when a reply was lost, or
    /// when too few replicas had it.
    ///
    /// - Parameter isReplicated: whether it counts only when `redis.waitReplicas` replicas have it. A renewal need
    ///   not: a job that a failover forgets comes back.
    func evaluate(
        _ script: RedisScript,
        on lane: LaneKeys,
        keys: [String] = [],
        resend: Bool = true,
        isReplicated: Bool = true,
        _ arguments: @escaping @Sendable (inout RedisCommand) -> Void
    ) async throws -> Reply {
        let keys = lane.shared + keys
        let value = try await shielded { try await send(script, keys, resend, isReplicated, arguments) }
        return Reply(value, of: script)
    }

    /// Awaits what was sent though the task is cancelled: see the type's comment.
    func shielded<Value: Sendable>(
        _ send: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        // Unstructured, and awaited at once.
        try await Task { try await send() }.value
    }

    /// The values of these fields of a hash, in their order; null where there is none.
    func values(of fields: some Collection<String>, in key: String) async throws -> [RESPValue] {
        guard !fields.isEmpty else { return [] }
        let command = RedisCommand("HMGET", arguments: [key] + fields)
        let reply = try await shielded { [redis] in try await redis.send(command) }
        guard let values = reply.array, values.count == fields.count else {
            throw StoreError(.unexpectedReply, "HMGET answered another number of values than was asked for")
        }
        return values
    }

    private func send(
        _ script: RedisScript,
        _ keys: [String],
        _ resend: Bool,
        _ isReplicated: Bool,
        _ arguments: (inout RedisCommand) -> Void
    ) async throws -> RESPValue {
        let trace = TraceHeaders.current.map { " \($0)" } ?? ""
        let caller = "\(clockOffset()) \(versions.jobs) \(versions.entries) \(versions.layout)\(trace)"
        let end = ContinuousClock.now + resendFor
        var attempt = 0
        while true {
            let start = ContinuousClock.now
            do throws(RedisError) {
                let value = try await redis.evaluate(variant(script), keys: keys, isReplicated: isReplicated) {
                    command in
                    command.append(caller)
                    arguments(&command)
                }
                timers?.record(script, since: start)
                return value
            } catch {
                if let layout = error.newerLayout { throw StoreError(newerLayout: layout, versions) }
                guard resend, error.isTransient, ContinuousClock.now < end else { throw error }
            }
            attempt += 1
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...(50 << min(attempt, 6)))))
        }
    }
}

extension Error {
    /// What Redis, or the way to it, answered: for people.
    var ofRedis: String {
        guard let error = self as? RedisError, error.isFull else { return "\(self)" }
        return
            "Redis is full: raise its maxmemory, or let the consumers catch up, whose streams are trimmed then (\(self))"
    }
}

extension RedisError {
    /// The version of the lane's layout, when a script refused to touch it.
    fileprivate var newerLayout: String? {
        guard code == .server, let error = serverError, error.prefix == "LAYOUT" else { return nil }
        return error.message.split(separator: " ").last.map(String.init)
    }

    /// What a key holds is of another kind than it should be.
    var isOfData: Bool {
        guard code == .server, let error = serverError else { return false }
        return error.prefix == "WRONGTYPE" || error.message.contains("is not an integer")
    }

    /// It has as much as its maxmemory allows, and takes nothing that would be more.
    var isFull: Bool { serverError?.prefix == "OOM" }

    /// The connection or the server failed, not the command.
    var isTransient: Bool {
        [.connectionClosed, .connectionFailed, .timeout, .unavailable, .notReplicated].contains(code)
    }
}
