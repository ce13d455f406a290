-- A person discards a held sweep: nothing is removed, and the next cycle decides anew. Or what a feed of changes told and the
-- guard holds: the point that it was told from is forgotten, so that a cycle begins as soon as the feed answers.
--
-- KEYS 8 provider  9 feed  10 refs that are held of it
-- Reply 'ok', 'unknown', or 'none' when nothing is held
-- Promise: the refs stay known.
local provider, feed = KEYS[8], KEYS[9]
local state = redis.call('HMGET', provider, 'generation', 'held', 'status')
if not state[1] then return 'unknown' end
if not state[2] then
  if redis.call('HDEL', feed, 'held', 'held_removals', 'held_known') == 0 then return 'none' end
  redis.call('HDEL', feed, 'cursor', 'approved')
  redis.call('HSET', feed, 'due', now())
  redis.call('UNLINK', KEYS[10])
  return 'ok'
end
forget_held(provider)
if state[3] == 'held' then
  redis.call('HSET', provider, 'status', 'resting')
  record(provider, 'discarded', state[2])
end
return 'ok'
