#!lua flags=allow-oom
-- A person approves a held sweep: it is enqueued again, past the guard.
--
-- KEYS 8 provider
-- ARGV 2 id of a job for the sweep
-- Reply 'ok', 'unknown', or 'none' when no sweep is held
-- Promise: what is removed is what is unmarked now, in the generation that was held, after as many misses as its guard went by; the next cycle waits until it is done.
--          While the job is there, a repeated call changes nothing.
-- Full: runs; the sweep frees memory.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'held', 'held_misses')
if not state[1] then return 'unknown' end
if redis.call('EXISTS', job_key(ARGV[2])) == 1 then return 'ok' end
if not state[2] then return 'none' end
forget_next(provider)
forget_held(provider)
redis.call('HDEL', provider, 'waits', 'due')
redis.call('HSET', provider, 'status', 'sweeping', 'open', 1, 'outstanding', 0)
redis.call('HSET', job_key(ARGV[2]), 'kind', 'sweep', 'generation', state[1], 'sequence', 0, 'v', 1,
  'guard', 'approved', 'misses', state[3] or '1')
enqueue(provider, ARGV[2])
return 'ok'
