#!lua flags=allow-oom
-- A person discards a held sweep: nothing is removed, and the next cycle decides anew.
--
-- KEYS 8 provider
-- Reply 'ok', 'unknown', or 'none' when no sweep is held
-- Promise: the refs stay known.
-- Full: runs; it only forgets and writes fields of fixed size.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'held', 'status')
if not state[1] then return 'unknown' end
if not state[2] then return 'none' end
forget_held(provider)
if state[3] == 'held' then
  redis.call('HSET', provider, 'status', 'resting')
  record(provider, 'discarded', state[2])
end
return 'ok'
