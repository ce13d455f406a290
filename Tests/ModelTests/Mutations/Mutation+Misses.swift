extension Mutation {
    /// What ends the decision about a cycle, what a ref's second miss rests on, and totals that fall.
    static let misses = [
        without("begin", "forget_held(provider)"),
        Mutation("sweep", "known, leaving = marked + once + twice, twice", "known, leaving = marked + once, twice"),
        Mutation("sweep", "if misses == '1' then leaving = twice + once end", ""),
        Mutation("sweep", "misses = redis.call('HGET', provider, 'misses') or '1'", "misses = '2'"),
        Mutation("sweep", "'guard', 'passed', 'misses', misses)", "'guard', 'passed')"),
        Mutation("sweep", "elseif misses == '1' then\n  refs", "elseif true then\n  refs"),
        Mutation("sweep", "elseif misses == '1' then\n  refs", "elseif false then\n  refs"),
        Mutation("sweep", ", 'swept', job[5])", ")"),
        Mutation("sweep", "'failures', 'missed', 'set_aside')", "'failures', 'set_aside')"),
        Mutation("approve", "'misses', state[3] or '1')", "'misses', '1')"),
        Mutation("commit", "if state[4] then moved = moved", "if false then moved = moved"),
        Mutation("commit", "if state[4] then entered = entered", "if false then entered = entered"),
        Mutation("begin", "state[5] == state[1] and state[6] == '2'", "state[6] == '2'"),
        Mutation("begin", "state[5] == state[1] and state[6] == '2'", "state[5] == state[1]"),
        without("begin", "redis.call('RENAME', KEYS[10], missed)"),
        without("begin", "redis.call('HSET', provider, 'missed', 1)"),
        Mutation("begin", "redis.call('SCARD', large) + redis.call('SCARD', missed)", "redis.call('SCARD', large)"),
        Mutation("event", "if state[8] then redis.call('SREM'", "if false then redis.call('SREM'"),
        Mutation("event", "if state[8] then known = known", "if false then known = known"),
        without("purge", "if #refs == 0 then refs = pop(missed_key(provider), 500) end"),
        without("purge", "redis.call('UNLINK', missed_key(provider))"),
        without("commit", "add('shrunk', 1)"),
        without("commit", "if total ~= '' then redis.call('HSET', key, 'total', total) end"),
        Mutation("begin", "'shrunk', 0,", ""),
    ]
}
