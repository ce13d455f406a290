extension Mutation {
    /// Every fence check, sequence check and step of a generation, each taken out alone; and what else a cycle rests on.
    static let all: [Mutation] =
        refusals + fences + commits + pages + generations + misses + sweeps + jobs + operations + history + events
        + stream
        + records
        + polls + changes + heldChanges + locations + versions + waits + plans

    /// Who may not write.
    private static let refusals = [
        Mutation("lane", "if job[1] ~= fence then return 'lost' end", ""),
        Mutation("lane", "if number(fence) <= number(state[1]) then return 'revoked' end", ""),
        Mutation("lane", "if job[2] == 'cycle' and state[2] ~= id then return 'revoked' end", ""),
        without("begin", "if refused then return {refused} end"),
        without("commit", "if refused then return {refused} end"),
        without("sweep", "if refused then return {refused} end"),
        without("expire", "if refused then return {refused} end"),
        without("fail", "if refused then return {refused} end"),
        without("finish", "if refused then return refused end"),
        Mutation("renew", "if refusal(ARGV[i], ARGV[i + 1]) then", "if false then"),
        without("release", "if redis.call('HGET', job_key(id), 'fence') ~= fence then return 'lost' end"),
        without("release", "if redis.call('ZREM', leased, id) == 0 then return 'lost' end"),
        without("finish", "if not unlease(id) then return 'lost' end"),
        without("fail", "if not unlease(id) then return {'lost'} end"),
        without("expire", "if not unlease(id) then return {'lost'} end"),
    ]

    /// Where fences are raised, and where they are revoked.
    private static let fences = [
        without("lane", "redis.call('HDEL', job_key(id), 'fence')"),
        without("claim", "redis.call('HSET', job, 'fence', raise_fence(provider))"),
        Mutation(
            "claim",
            "local fence = raise_fence(provider)",
            "local fence = number(redis.call('HGET', provider, 'fence'))"
        ),
        Mutation("lane", ", now() * 1000)", ", 0)"),
        Mutation("lane", "'fence')) + 1, now", "'fence')), now"),
        Mutation("claim", "'HSET', key, 'fence', fence, 'lease'", "'HSET', key, 'lease'"),
        without("claim", "redis.call('HDEL', provider, 'waits', 'due')"),
        Mutation("claim", "if state[9] and number(state[9]) <= time then", "if state[9] then"),
        without("release", "redis.call('HSET', job_key(id), 'fence', raise_fence(provider))"),
        Mutation("lane", "'next', id, 'floor', fence or 0)", "'next', id)"),
        without("pause", "redis.call('HSET', provider, 'floor', redis.call('HGET', provider, 'fence') or 0)"),
        Mutation("purge", "'floor', state[3] or 0, ", ""),
        without("purge", "publish(provider, 'purged', 'purge', ARGV[2], ARGV[3], '[]', '[]')"),
        Mutation("purge", "if ARGV[4] == '1' then\n  local number", "if false then\n  local number"),
    ]

    private static let commits = [
        without("commit", "if job[1] ~= 'page' then return {'lost'} end"),
        without(
            "commit",
            "if sequence <= applied then return {'duplicate', throttled(provider) and 1 or 0, events} end"
        ),
        without("commit", "if sequence ~= applied + 1 then return {'lost'} end"),
        without("commit", "redis.call('HSET', key, 'sequence', sequence)"),
        without("commit", "if score and tonumber(score) > before then overtaken[#overtaken + 1] = i end"),
        Mutation("commit", "tonumber(score) > before", "tonumber(score) >= before"),
        without(
            "commit",
            "if stored[i] ~= ARGV[digests + published + i - 1] then outdated[#outdated + 1] = published + i end"
        ),
        without("commit", "if #overtaken > 0 or #outdated > 0 then return {'retry', overtaken, outdated} end"),
        Mutation("commit", "if state[2] ~= 'all' then", "if true then"),
        without("commit", "redis.call('HSET', KEYS[11], unpack(pairs))"),
        Mutation("commit", "'cursor', ARGV[cursors + 1], 'v'", "'v'"),
        Mutation("commit", "'attempts', 'stalls', 'set_aside', 'rate_limits', 'redis_errors', 'error')", "'x')"),
        without("commit", "if job[3] then redis.call('HDEL', provider, 'failures') end"),
        without("commit", "add('outstanding', next)"),
        without("commit", "leave(provider)"),
        without("commit", "redis.call('ZREM', leased, id)"),
        Mutation("commit", "if count > 0 and tonumber(ARGV[6]) < number(state[5]) then", "if false then"),
        Mutation("commit", "tonumber(ARGV[6]) < number(state[5])", "tonumber(ARGV[6]) <= number(state[5])"),
        without("commit", "if anchors[i] == job[6] then return {'circle', i} end"),
        Mutation("commit", "math.frexp(depth) == 0.5", "true"),
        without("commit", "if isAnchored then redis.call('HSET', key, 'anchor', anchors[1]) end"),
        Mutation("commit", "isAnchored and anchors[i + 1] or job[6] or ''", "anchors[i + 1]"),
        Mutation(
            "commit",
            "if next > 1 and number(state[6]) - 1 + next >",
            "if next > 1 and number(state[6]) + next >"
        ),
        Mutation("commit", "if next > 1 and number(state[6]) - 1 + next >", "if false and 1 >"),
    ]

    /// What is kept of pages from one cycle to the next.
    private static let pages = [
        without("commit", "add('unmodified', 1)"),
        without("commit", "record = redis.call('HGET', KEYS[15], page)"),
        without("commit", "if record then redis.call('HSET', KEYS[14], page, record) end"),
        without("commit", "redis.call('HDEL', KEYS[15], page)"),
        Mutation("begin", "whole or redis.call('HLEN', KEYS[11]) > redis.call('HLEN', KEYS[12])", "true"),
        Mutation("begin", "whole or redis.call('HLEN', KEYS[11]) > redis.call('HLEN', KEYS[12])", "whole"),
        Mutation("begin", "local whole = number(state[3]) <= 0 and number(state[4]) == 0", "local whole = false"),
        Mutation("begin", "number(state[3]) <= 0 and number(state[4]) == 0", "number(state[4]) == 0"),
        Mutation("begin", "number(state[3]) <= 0 and number(state[4]) == 0", "number(state[3]) <= 0"),
        without("begin", "redis.call('UNLINK', KEYS[12])"),
        without("begin", "if redis.call('EXISTS', KEYS[11]) == 1 then redis.call('RENAME', KEYS[11], KEYS[12]) end"),
        without("begin", "redis.call('UNLINK', KEYS[11])"),
        Mutation("begin", "'duplicates', 0, 'unmodified', 0,", "'duplicates', 0,"),
        without("expire", "redis.call('UNLINK', KEYS[9], KEYS[10])"),
        Mutation("resync", "KEYS[9], KEYS[10], KEYS[11]", "KEYS[9]"),
        without("purge", "redis.call('UNLINK', KEYS[15], KEYS[16])"),
    ]

    /// Where refs go from one generation to the next.
    private static let generations = [
        Mutation(
            "commit",
            "entered = redis.call('SADD', KEYS[9], unpack(ARGV, refs, refs + count - 1))",
            "entered = count"
        ),
        Mutation("commit", "  moved = redis.call('SREM', KEYS[10], unpack(ARGV, refs, refs + count - 1))", ""),
        Mutation("commit", "entered = entered + redis.call('SMOVE', KEYS[10], KEYS[9], ARGV[at])", ""),
        Mutation("begin", "if redis.call('SCARD', KEYS[10]) > redis.call('SCARD', KEYS[9]) then", "if false then"),
        without("begin", "small, large, previous = KEYS[9], KEYS[10], state[2]"),
        Mutation("begin", "if small ~= large then", "if true then"),
        without("begin", "if #refs > 0 then redis.call('SADD', large, unpack(refs)) end"),
        without("begin", "if left > 0 then return {'merging', left} end"),
        Mutation("begin", "local generation = tonumber(state[1]) + 1", "local generation = tonumber(state[1])"),
        Mutation("begin", "'previous', previous, 'status'", "'previous', state[1], 'status'"),
        Mutation("begin", "'outstanding', 1, 'given_up', 0,", "'outstanding', 1,"),
        Mutation("begin", "if job[1] == 'page' and job[3] == '0' then", "if false then"),
        Mutation("begin", "if job[1] ~= 'cycle' or state[1]", "if state[1]"),
        Mutation("begin", "HDEL', provider, 'next', 'ended'", "HDEL', provider, 'ended'"),
        without("event", "redis.call('SREM', KEYS[10], unpack(refs))"),
        without("event", "redis.call('SADD', KEYS[9], unpack(refs))"),
        Mutation(
            "event",
            "local known = redis.call('SREM', KEYS[9], ref) + redis.call('SREM', KEYS[10], ref)",
            "local known = redis.call('SREM', KEYS[9], ref)"
        ),
        Mutation(
            "event",
            "local known = redis.call('SREM', KEYS[9], ref) + redis.call('SREM', KEYS[10], ref)",
            "local known = redis.call('SREM', KEYS[10], ref)"
        ),
    ]

    private static let sweeps = [
        without("sweep", "if job[1] ~= 'sweep' then return {'lost'} end"),
        without("sweep", "if sequence <= number(job[2]) then return {'duplicate'} end"),
        without("sweep", "if sequence ~= number(job[2]) + 1 then return {'lost'} end"),
        without("sweep", "redis.call('HSET', job_key(id), 'sequence', sequence)"),
        Mutation("sweep", "if not job[3] then", "if false then"),
        Mutation("sweep", "'guard', 'passed', 'misses', misses)", "'misses', misses)"),
        Mutation("sweep", "number(cycle[1]) == 0 and", "marked == 0 and"),
        Mutation("sweep", "== 0 and ARGV[6] == '1' then", "== 0 then"),
        Mutation("sweep", "if known > marked then", "if true then"),
        Mutation("sweep", "elseif cycle[2] and not cycle[3] then", "elseif false then"),
        Mutation("sweep", "elseif cycle[2] and not cycle[3] then", "elseif cycle[2] then"),
        Mutation("sweep", "elseif cycle[2] and not cycle[3] then", "elseif not cycle[3] then"),
        Mutation("begin", "'marked', 0, 'listed', 0,", "'marked', 0,"),
        Mutation("commit", "count + tonumber(ARGV[17])", "tonumber(ARGV[17])"),
        Mutation("commit", "count + tonumber(ARGV[17])", "count"),
        without("commit", "listed = listed + isKnown"),
        Mutation("sweep", "if not reason and leaving * 100 > tonumber(ARGV[7]) * known then", "if false then"),
        Mutation("sweep", "> tonumber(ARGV[7]) * known", "> tonumber(ARGV[7]) * marked"),
        without("sweep", "redis.call('HDEL', KEYS[11], unpack(refs))"),
        without("sweep", "leave(provider)"),
        Mutation("lane", "if number(state[1]) > 0 then\n    close_failed", "if false then\n    close_failed"),
        Mutation(
            "lane",
            "if redis.call('HINCRBY', provider, 'outstanding', -1) > 0 then return end",
            "redis.call('HINCRBY', provider, 'outstanding', -1)"
        ),
    ]

    private static let jobs = [
        Mutation("claim", "current = state[4] == id", "current = true"),
        Mutation("claim", "current = job[1] and state[2] and job[2] == state[1]", "current = job[1] and state[2]"),
        Mutation(
            "claim",
            "current = job[1] and state[2] and job[2] == state[1]",
            "current = job[1] and job[2] == state[1]"
        ),
        Mutation("claim", "elseif state[3] then", "elseif false then"),
        Mutation("claim", "if stalls < tonumber(ARGV[4]) then", "if false then"),
        Mutation("claim", "job[1] ~= 'cycle' and state[5] and throttled(provider)", "false"),
        Mutation("release", "current = state[4] == id", "current = true"),
        Mutation("release", "current = state[2] and job[2] == state[1]", "current = state[2]"),
        Mutation("release", "current = state[2] and job[2] == state[1]", "current = job[2] == state[1]"),
        Mutation("release", "elseif state[3] then", "elseif false then"),
        Mutation("fail", "redis.call('HGET', key, 'kind') == 'cycle'", "false"),
        without("fail", "redis.call('HINCRBY', provider, 'given_up', 1)"),
        without("fail", "redis.call('RPUSH', dead, id)"),
        Mutation("lane", "if state[3] or number(state[1]) >= number(state[2]) then", "if state[3] then"),
        Mutation(
            "lane",
            "if state[3] or number(state[1]) >= number(state[2]) then",
            "if number(state[1]) >= number(state[2]) then"
        ),
        without("lane", "if state[3] then return end"),
        without("lane", "redis.call('HDEL', provider, 'restarts')"),
        Mutation("expire", "if restarts >", "if false and restarts >"),
        without("register", "if ARGV[6] == 'all' then forget_digests() end"),
        without("register", "fill(provider, 100)"),
    ]

    private static let operations = [
        Mutation("lane", "forget_next(provider)\n  forget_newer", "forget_newer"),
        without("approve", "forget_next(provider)"),
        without("retry", "forget_next(provider)"),
        without("purge", "forget_next(provider)"),
        Mutation("approve", "if not state[2] then", "if false then"),
        Mutation("discard", "if not state[2] then", "if false then"),
        Mutation("retry", "job[1] ~= state[1] or ", ""),
        Mutation("retry", "state[3] == 'failed' and number(state[4]) <= 0", "state[3] == 'failed'"),
        without("retry", "redis.call('HINCRBY', provider, 'outstanding', 1)"),
        without("retry", "if redis.call('LREM', dead, 1, id) == 0 then return 'unknown' end"),
        Mutation("retry", "redis.call('HINCRBY', provider, 'given_up', -1) <= 0", "true"),
        without("start", "forget_held(provider)"),
        without("cancel", "forget_held(provider)"),
        without("purge", "forget_held(provider)"),
        Mutation("resync", "KEYS[9], KEYS[10], KEYS[11]", "KEYS[10], KEYS[11]"),
        Mutation("trigger", "if state[2] then return 'paused' end", ""),
        without("trigger", "if state[3] == 'purged' then return 'purged' end"),
        without("purge", "redis.call('HDEL', KEYS[11], unpack(refs))"),
        Mutation("purge", "if provider_key(id) == provider then", "if true then"),
        without("resume", "fill(provider, 1000)"),
        without("start", "fill(provider, 100)"),
    ]

    private static let history = [
        Mutation("lane", "if newest and newest[2][2] == state[1] then", "if false then"),
        Mutation("lane", "if newest and newest[2][2] == state[1] then", "if newest then"),
        Mutation("lane", "'XADD', history, 'MAXLEN', \(Model.most.history),", "'XADD', history,"),
        Mutation("lane", "if outcome ~= 'completed' then redis.call('HINCRBY'", "if false then redis.call('HINCRBY'"),
        Mutation("lane", "if redis.call('HGET', provider, 'open') then record", "do record"),
        without("lane", "record(provider, 'failed', redis.call('HGET', provider, 'error'))"),
        without("sweep", "record(provider, outcome, reason)"),
        without("expire", "record(provider, 'expired', ARGV[5])"),
        without("discard", "record(provider, 'discarded', state[2])"),
        without("cancel", "record_cancelled(provider, 'cancel')"),
        without("start", "record_cancelled(provider, 'start')"),
        without("purge", "record_cancelled(provider, 'purge')"),
    ]

    private static let events = [
        Mutation("event", "if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then", "if state[1] == '' then"),
        Mutation("event", "if not state[3] or state[4] then return end", "if true then return end"),
        without("event", "if not state[3] or state[4] then return end"),
        without("lane", "redis.call('UNLINK', provider .. ':touched')"),
        Mutation("event", "if state[5] ~= 'all' and #pairs", "if #pairs"),
        Mutation("event", "if stored[i] ~= digest then", "if true then"),
        without("event", "redis.call('HDEL', KEYS[11], unpack(refs))"),
        Mutation("event", "if known > 0 then gone", "if true then gone"),
        without("event", "if #added + #removed == 0 then return end"),
        without("event", "if state[7] == 'purging' or state[7] == 'purged' then return {'purged'} end"),
        without("event", "if redis.call('ZSCORE', deliveries, ARGV[4]) then return {'duplicate'} end"),
        without("event", "redis.call('ZADD', deliveries, time, ARGV[5])"),
        without("event", "if behind(provider) then return {'behind'} end"),
        without("event", "redis.call('HSET', KEYS[8], 'touched_floor', gone[#gone])"),
        Mutation("event", "math.min(excess, 2000)", "1"),
        Mutation("lane", "'throttled', 'touched_floor')", "'throttled')"),
        Mutation("event", "if i < 2 * excess or ", "if "),
        Mutation(
            "event",
            "if i < 2 * excess or tonumber(oldest[i + 1])",
            "if i < 2 * excess and tonumber(oldest[i + 1])"
        ),
    ]

    private static let stream = [
        Mutation("lane", "if length >= number(limits[1]) then return true end", ""),
        Mutation("lane", "number(state['pending']) + ", ""),
        Mutation("lane", "or length) > number(limits[2])", "or 0) > number(limits[2])"),
        Mutation("trim", "if not floor or before(last, floor) then floor = last end", "floor = last"),
        Mutation("trim", "if state['pending'] > 0 then", "if false then"),
        Mutation("trim", "if not before(last, lowest) then", "if true then"),
        Mutation("trim", "acknowledged and acknowledged[1] or '0-0'", "lowest"),
        without("lane", "redis.call('HINCRBY', provider, 'published', 1)"),
        without("resync", "if ARGV[3] ~= '' and number(state[1]) ~= tonumber(ARGV[3]) then return 'ok' end"),
        without("resync", "redis.call('HINCRBY', provider, 'resyncs', 1)"),
        Mutation("resync", "'resynced_missing', missing(provider, info)", "'resynced_missing', 0"),
        Mutation("resync", "if state[2] or state[6]", "if state[6]"),
        Mutation("resync", "if state[2] or state[6]", "if state[2]"),
        Mutation("resync", " or state[4] == 'failed' then", " then"),
        without("resync", "forget_held(provider)"),
        without("resync", "record_cancelled(provider, 'resync')"),
        Mutation("resync", "state[4] ~= 'cancelled' and ", ""),
        Mutation("resync", "redis.call('ZSCORE', delayed, state[3])", "false"),
        without("sweep", "redis.call('HDEL', provider, 'republishing')"),
        Mutation("sweep", "redis.call('EXISTS', KEYS[10]) == 1 and is_first() then", "false then"),
        Mutation("sweep", "redis.call('EXISTS', KEYS[10]) == 1 and is_first() then", "is_first() then"),
        Mutation("sweep", " == 1 and is_first() then", " == 1 then"),
        Mutation("sweep", "if not redis.call('HGET', KEYS[11], ref) then kept", "if true then kept"),
        Mutation("trim", "if dropped < tonumber(ARGV[1]) / 2 then", "if false then"),
        Mutation("trim", "if not floor then return 0 end", "floor = floor or '9999999999999-0'"),
    ]

    static func without(_ script: String, _ find: String) -> Mutation {
        Mutation(script, find, "")
    }
}
