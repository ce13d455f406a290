extension Mutation {
    /// From which record each ref was made.
    static let records = [
        Mutation("commit", "if number(score) > before then", "if false then"),
        Mutation("commit", "state[3] and ARGV[15] == '1'", "ARGV[15] == '1'"),
        Mutation("commit", "if hasRecords then", "if false then"),
        Mutation("commit", "records[i] ~= '' and before[i] ~= records[i]", "records[i] ~= ''"),
        without("commit", "if before[i] then group(leaving, before[i], ref) end"),
        without("changes", "if kept then text = kept .. ' ' .. text end"),
        without("changes", "for _, ref in ipairs(new) do redis.call('HSET', owners, ref, id) end"),
        Mutation("sweep", "if #staying == 0 then redis.call('HDEL', ids, id) else", "if true then"),
        Mutation("sweep", "if not leaving[ref] then staying", "if false then staying"),
        without("sweep", "disown(KEYS[12], KEYS[13], refs)"),
        without("purge", "disown(KEYS[18], KEYS[19], refs)"),
        without("event", "disown(KEYS[14], KEYS[15], refs)"),
        without("event", "redis.call('HDEL', owners, unpack(refs))"),
        without("register", "redis.call('UNLINK', KEYS[11], KEYS[12], KEYS[13])"),
        Mutation("register", "redis.call('HDEL', provider, 'changes')", ""),
        without("purge", "redis.call('UNLINK', KEYS[17], KEYS[18], KEYS[19])"),
    ]

    /// Who may ask what changed, when, and from where.
    static let polls = [
        without("begin", "redis.call('HSET', KEYS[13], 'cursor', ARGV[7], 'due', now())"),
        Mutation("poll", "if not state[1] or state[2] or status", "if not state[1] or status"),
        Mutation("poll", "if not state[1] or state[2] or status", "if state[2] or status"),
        Mutation("poll", "status == 'cancelled' or ", ""),
        Mutation("poll", "cut('until', number(turn[2]), tonumber(ARGV[2]))", "0"),
        Mutation("poll", "cut('due', number(turn[1]), tonumber(turn[7]))", "0"),
        Mutation("poll", "if not turn[4] and (status", "if (status"),
        Mutation("poll", "status == 'starting' or status == 'running'", "status == 'running'"),
        without("poll", "if behind(provider) then return {'wait', math.min(pause, 1000)} end"),
        Mutation(
            "poll",
            "redis.call('HINCRBY', provider, 'fence', 1)",
            "number(redis.call('HGET', provider, 'fence'))"
        ),
        Mutation("poll", "'part', 0,", ""),
        without("polled", "if redis.call('HGET', feed, 'fence') ~= ARGV[2] then return 'lost' end"),
        without("polled", "redis.call('HDEL', feed, 'fence', 'until', 'holder')"),
        without("polled", "redis.call('HDEL', feed, 'cursor')"),
        without("polled", "redis.call('HINCRBY', feed, 'failures', 1)"),
        Mutation("polled", "if rests and not state[2]", "if not state[2]"),
        Mutation("polled", "if rests and not state[2]", "if rests"),
        Mutation("polled", "and not redis.call('HGET', feed, 'cursor') then", "then"),
    ]

    /// What a feed told.
    static let changes = [
        Mutation("changes", "if not state[1] or not state[6] or turn[1] ~= ARGV[4] then", "if false then"),
        Mutation("changes", "if state[4] or state[7] == 'cancelled'", "if state[7] == 'cancelled'"),
        Mutation("changes", "state[7] == 'cancelled' or ", ""),
        without("changes", "if part <= number(turn[2]) then return {'repeated'} end"),
        Mutation("changes", "if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then", "if state[1] == '' then"),
        Mutation("changes", "if (refs or '') ~= ARGV[records + 3 * (i - 1) + 1] then", "if false then"),
        Mutation("changes", "if told + rejected > 0 then", "if told > 0 then"),
        Mutation("changes", "if ARGV[at + 2] == '1' then", "if true then"),
        without("changes", "if #names > 0 then touch(state, names, sequence) end"),
        Mutation("changes", "if added > 0 then\n    own(", "if false then\n    own("),
        Mutation("changes", "HSET', feed, 'part', part, 'until'", "HSET', feed, 'until'"),
        Mutation("changes", "'part', part, 'until', now() + tonumber(ARGV[6]))", "'part', part)"),
        without("changes", "if ARGV[7] ~= '' then redis.call('HSET', feed, 'cursor', ARGV[7]) end"),
        Mutation("changes", "if ARGV[7] ~= '' then redis", "if true then redis"),
    ]
}
