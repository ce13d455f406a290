-- A person approves a held sweep: it is enqueued again, past the guard. Or what a feed of changes told and the guard holds: it is
-- asked again at once, and as many removals as were held are let go.
--
-- KEYS 8 provider  9 feed  10 refs that are held of it
-- ARGV 2 id of a job for the sweep
-- Reply 'ok', 'unknown', or 'none' when nothing is held
-- Promise: what is removed is what is unmarked now, in the generation that was held, after as many misses as its guard went
--          by; the next cycle waits until it is done. While the job is there, a repeated call changes nothing; nor does one
--          that approved what a feed told.
local provider, feed = KEYS[8], KEYS[9]
local state = redis.call('HMGET', provider, 'generation', 'held', 'held_misses')
if not state[1] then return 'unknown' end
if redis.call('EXISTS', job_key(ARGV[2])) == 1 then return 'ok' end
local told = redis.call('HMGET', feed, 'held', 'held_removals', 'approval')
if told[3] == ARGV[2] then return 'ok' end
if not state[2] then
  if not told[1] then return 'none' end
  redis.call('HDEL', feed, 'held', 'held_removals', 'held_known')
  redis.call('HSET', feed, 'approved', told[2], 'approval', ARGV[2], 'due', now())
  redis.call('UNLINK', KEYS[10])
  return 'ok'
end
forget_next(provider)
forget_held(provider)
redis.call('HDEL', provider, 'waits', 'due')
redis.call('HSET', provider, 'status', 'sweeping', 'open', 1, 'outstanding', 0)
redis.call('HSET', job_key(ARGV[2]), 'kind', 'sweep', 'generation', state[1], 'sequence', 0, 'v', 1,
  'guard', 'approved', 'misses', state[3] or '1')
enqueue(provider, ARGV[2])
return 'ok'
