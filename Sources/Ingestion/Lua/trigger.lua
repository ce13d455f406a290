#!lua flags=allow-oom
-- Makes what a provider waits for due now: the rest before a cycle, the pause before a burst, a backoff, the time for which
-- its source has asked for no calls.
--
-- KEYS 8 provider
-- ARGV 2… ids of the provider's delayed jobs, at most 500, as a scan found them
-- Reply the number of jobs made due; 'unknown', 'paused' or 'purged'
-- Promise: an id that is no longer delayed is left where it is.
-- Full: runs; it moves ids.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'paused', 'status')
if not state[1] then return 'unknown' end
if state[2] then return 'paused' end
if state[3] == 'purged' then return 'purged' end
redis.call('HDEL', provider, 'calls_until', 'calls_for')
local moved = 0
for i = 2, #ARGV do
  if provider_key(ARGV[i]) == provider and redis.call('ZREM', delayed, ARGV[i]) == 1 then
    enqueue(provider, ARGV[i])
    moved = moved + 1
  end
end
if moved > 0 then redis.call('HDEL', provider, 'waits', 'due') end
return moved
