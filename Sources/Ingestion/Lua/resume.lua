#!lua flags=allow-oom
-- Lets a paused provider go on where it was; a cancelled one starts its next cycle now.
--
-- KEYS 8 provider
-- ARGV 2 id of a job for the cycle of a cancelled provider
-- Reply 'ok', 'unknown', or 'running' when it is neither paused nor cancelled
-- Promise: at most `concurrency` jobs become ready. While the job is there, a repeated call changes nothing.
-- Full: runs; it moves ids and writes fields of fixed size.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'paused', 'status')
if not state[1] then return 'unknown' end
if redis.call('EXISTS', job_key(ARGV[2])) == 1 then return 'ok' end
if not state[2] and state[3] ~= 'cancelled' then return 'running' end
redis.call('HDEL', provider, 'paused')
fill(provider, 1000)
if state[3] == 'cancelled' then
  redis.call('HSET', provider, 'status', 'starting')
  schedule(provider, ARGV[2], 0, 'start')
end
return 'ok'
