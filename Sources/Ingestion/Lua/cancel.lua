#!lua flags=allow-oom
-- Ends the cycle that goes on, if any; the next one starts after a time.
--
-- KEYS 8 provider
-- ARGV 2 id of a job for the next cycle  3 how long, ms
-- Reply 'ok' or 'unknown'
-- Promise: nothing is removed by a cancelled cycle; its set is one more older generation. While the job is there, a repeated
--          call changes nothing.
-- Full: runs; it writes fields and a job of fixed size.
local provider = KEYS[8]
if redis.call('EXISTS', provider) == 0 then return 'unknown' end
if redis.call('EXISTS', job_key(ARGV[2])) == 1 then return 'ok' end
record_cancelled(provider, 'cancel')
forget_held(provider)
redis.call('HDEL', provider, 'restarts')
redis.call('HSET', provider, 'status', 'cancelled', 'ended', now())
schedule(provider, ARGV[2], now() + tonumber(ARGV[3]), 'cancelled')
return 'ok'
