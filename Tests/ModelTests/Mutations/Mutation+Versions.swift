extension Mutation {
    /// What keeps jobs from workers that do not know them, and leads those to them that do.
    static let versions = [
        Mutation("claim", "if version > knows then", "if false then"),
        Mutation("claim", "if version > knows then", "if version >= knows then"),
        without("claim", "redis.call('ZADD', delayed, version * newer, id)"),
        without("claim", "wake_newer(version)\n    return leave(provider)"),
        Mutation("claim", "wake_newer(version)\n    return leave(provider)", "return leave(provider)"),
        Mutation("claim", "wake_newer(version)\n    return leave(provider)", "wake_newer(version)\n    return"),
        Mutation("claim", "delayed, newer, knows * newer,", "delayed, newer, newer,"),
        Mutation("claim", "for i = 1, #recalled, 2 do guarded(recalled[i], recall) end", ""),
        Mutation("claim", "set_aside(math.min(count, 100))", "set_aside(100)"),
        without("claim", "if left[2] then wake_newer(left[2] / newer) end"),
        Mutation("claim", "enqueue(provider_key(id), id, true)", "enqueue(provider_key(id), id)"),
        Mutation("commit", "ARGV[cursors + 1], 'v', job_version, 'led', led)", "ARGV[cursors + 1], 'led', led)"),
        Mutation("commit", "'v', job_version, 'led', led, 'cursor',", "'v', 1, 'led', led, 'cursor',"),
        Mutation("lane", "forget_newer(provider)\n  local fence", "local fence"),
        Mutation("lane", "if provider_key(id) == provider then", "if true then"),
        without("purge", "forget_newer(provider)"),
    ]
}
