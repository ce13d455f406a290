-- Ends a poll of a provider's changes: how it went, and when the next one is due.
--
-- KEYS 8 provider  9 feed  10 refs that are held
-- ARGV 2 fence  3 how it went: told, caught (told, and nothing more to tell), failed, expired (the cursor is none any more),
--      held (the guard holds what was told), answers (without a cursor: the feed answers, a cycle can begin), released
--      4 pause until the next, ms
--      5 error, already cut to 1,000 characters  6 id of a job for a cycle  7… refs that are held, the first of them
-- Reply 'ok' or 'lost'; repeated: 'lost'
-- Promise: only the holder ends it. A cycle is begun for want of a cursor only where none goes on.
local provider, feed, how = KEYS[8], KEYS[9], ARGV[3]
if redis.call('HGET', feed, 'fence') ~= ARGV[2] then return 'lost' end
local time = now()
redis.call('HDEL', feed, 'fence', 'until', 'holder')
redis.call('HSET', feed, 'due', time + tonumber(ARGV[4]))
if how == 'failed' or how == 'expired' then
  redis.call('HINCRBY', feed, 'failures', 1)
  redis.call('HSET', feed, 'error', ARGV[5], 'error_at', time)
  if how == 'expired' then redis.call('HDEL', feed, 'cursor') end
elseif how == 'told' or how == 'caught' or how == 'held' then
  redis.call('HDEL', feed, 'failures', 'error', 'error_at')
  redis.call('HSET', feed, 'polled_at', time)
  -- What is known is as of when it was asked.
  if how == 'caught' then
    redis.call('HDEL', feed, 'approved')
    redis.call('HSET', feed, 'caught_up_at', redis.call('HGET', feed, 'asked_at'))
  end
  -- Unless a person has decided since.
  if how == 'held' and #ARGV > 6 and redis.call('HGET', feed, 'held') then
    redis.call('UNLINK', KEYS[10])
    redis.call('RPUSH', KEYS[10], unpack(ARGV, 7))
  end
elseif how == 'answers' then
  local state = redis.call('HMGET', provider, 'status', 'paused')
  local rests = state[1] == 'resting' or state[1] == 'held' or state[1] == 'failed'
  if rests and not state[2] and not redis.call('HGET', feed, 'cursor') then
    redis.call('HSET', provider, 'status', 'starting')
    schedule(provider, ARGV[6], 0, 'start')
  end
end
return 'ok'
