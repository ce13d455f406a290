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
        without("register", "redis.call('UNLINK', KEYS[11], KEYS[12], KEYS[13], KEYS[17])"),
        Mutation("register", "redis.call('HDEL', provider, 'changes')", ""),
        without("purge", "redis.call('UNLINK', KEYS[17], KEYS[18], KEYS[19], KEYS[20])"),
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
            "raise_fence(provider)",
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

    /// What is held of what a feed told, and what may go.
    static let heldChanges = [
        Mutation("changes", "if turn[3] then return {'held'", "if false then return {'held'"),
        Mutation("changes", "if all * 100 > tonumber(ARGV[9]) * known then", "if false then"),
        Mutation("changes", "math.max(tonumber(ARGV[8]), removed)", "removed"),
        Mutation("changes", "math.max(tonumber(ARGV[8]), removed)", "tonumber(ARGV[8])"),
        Mutation("changes", "if left > approved then", "if true then"),
        Mutation("changes", "before + left - approved", "left - approved"),
        Mutation("changes", "before + left - approved", "before + left"),
        Mutation("changes", "redis.call('SCARD', KEYS[10]) + before", "redis.call('SCARD', KEYS[10])"),
        without("changes", "if covered > 0 then redis.call('HINCRBY', feed, 'approved', -covered) end"),
        without("changes", "if gone > covered then redis.call('HINCRBY', feed, 'gone', gone - covered) end"),
        Mutation("poll", "if turn[8] then return", "if false then return"),
        Mutation("polled", "or how == 'held' then", "then"),
        without("polled", "redis.call('HDEL', feed, 'approved')"),
        Mutation("polled", "and redis.call('HGET', feed, 'held') then", "then"),
        Mutation("begin", "if ARGV[7] .. ARGV[8] ~= '' then", "if true then"),
        Mutation("begin", "if ARGV[7] .. ARGV[8] ~= '' then", "if ARGV[7] ~= '' then"),
        Mutation("begin", "'held_known', 'approved') > 0 then", "'held_known') > 0 then"),
        without("begin", "redis.call('HDEL', KEYS[13], 'cursor')"),
        without("sweep", "redis.call('HDEL', provider .. ':feed', 'gone')"),
        without("approve", "if not told[1] then return 'none' end"),
        Mutation("approve", "if not state[2] then\n  if", "if told[1] then\n  if"),
        without("approve", "redis.call('HDEL', feed, 'held', 'held_removals', 'held_known')"),
        Mutation("discard", "if not state[2] then\n  if", "if redis.call('HEXISTS', feed, 'held') == 1 then\n  if"),
        without("discard", "redis.call('HDEL', feed, 'cursor', 'approved')"),
    ]

    /// Under which key a ref is removed, and when all is under another.
    static let locations = [
        Mutation("sweep", "keys[i] or state[2] or state[1] or given", "state[1] or given"),
        Mutation("event", "keys[i] or state[2] or state[1] or given", "state[2] or state[1] or given"),
        without("purge", "redis.call('HDEL', locations, unpack(refs))\n    redis.call('HDEL', kept, unpack(refs))"),
        without("event", "redis.call('HDEL', kept, unpack(refs))"),
        Mutation("commit", "if known[i] and key ~= state[1] then", "if key ~= state[1] then"),
        Mutation("commit", "if known[i] and key ~= state[1] then", "if known[i] then"),
        Mutation("commit", "if state[1] == state[2] then", "if false then"),
        without("commit", "redis.call('HDEL', provider .. ':locations-kept', unpack(refs))"),
        Mutation("commit", "if not redis.call('HGET', KEYS[11], ARGV[at]) then", "if true then"),
        Mutation("commit", "if published + #kept > 0 then", "if published > 0 then"),
        without("commit", "      keep_location(provider, ARGV[at])\n"),
        Mutation(
            "commit",
            "if key ~= state[1] then redis.call('HSET', provider .. ':locations-kept'",
            "if true then redis.call('HSET', provider .. ':locations-kept'"
        ),
        Mutation("commit", "'[' .. table.concat(relocated, ',') .. ']'", "'[]'"),
        without(
            "event",
            "relocated = relocate(provider, fresh, {KEYS[9], KEYS[10], state[8] and missed_key(provider)})"
        ),
        Mutation(
            "sweep",
            "SCARD', KEYS[10]) == 0 then settle_locations(provider) end",
            "SCARD', KEYS[10]) == 0 then end"
        ),
        Mutation("sweep", "if redis.call('EXISTS', kept) == 1 then", "if false then"),
        without("begin", "redis.call('UNLINK', provider .. ':locations-kept')"),
        Mutation("register", "if location and location ~= ARGV[15] then", "if false then"),
        Mutation("register", "'HSETNX', provider, 'location_base'", "'HSET', provider, 'location_base'"),
        Mutation(
            "register",
            "'location_generation', number(redis.call('HGET', provider, 'generation')) + 1",
            "'location_generation', number(redis.call('HGET', provider, 'generation'))"
        ),
        Mutation(
            "register",
            "number(redis.call('HGET', provider, 'generation')) + 1)\n    forget_digests()",
            "number(redis.call('HGET', provider, 'generation')) + 1)"
        ),
        Mutation(
            "purge",
            "redis.call('HDEL', provider, 'location_base', 'location_generation')\npublish",
            "publish"
        ),
    ]
}
