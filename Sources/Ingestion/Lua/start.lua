#!lua flags=allow-oom
-- Ends the cycle that goes on, if any, and starts another at once; a paused provider is resumed.
--
-- KEYS 8 provider
-- ARGV 2 id of a job for the cycle
-- Reply 'ok' or 'unknown'
-- Promise: what was marked stays known; no job of the old cycle writes again, whoever holds it. While the job is there, a
--          repeated call changes nothing.
-- Full: runs; it writes fields and a job of fixed size.
local provider = KEYS[8]
if redis.call('EXISTS', provider) == 0 then return 'unknown' end
if redis.call('EXISTS', job_key(ARGV[2])) == 1 then return 'ok' end
record_cancelled(provider, 'start')
forget_held(provider)
redis.call('HDEL', provider, 'paused', 'restarts')
redis.call('HSET', provider, 'status', 'starting')
schedule(provider, ARGV[2], 0, 'start')
fill(provider, 100)
return 'ok'
