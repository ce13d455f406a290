#!lua flags=allow-oom
-- A page failed: the job waits for its backoff, or is given up.
--
-- KEYS 8 provider
-- ARGV 2 id  3 fence  4 backoff, ms  5 error, already cut to 1,000 characters  6 attempts allowed, 0 is no limit
--      7 rest, ms  8 id of a job for the next cycle  9 how many dead jobs are kept
-- Reply ['backoff', attempts], ['dead', attempts], ['lost'] or ['revoked']; repeated: ['lost']
-- Promise: nothing that the job has read is lost; a cycle in which a job was given up never sweeps. One that has yet to
--          begin its cycle has read nothing and is never given up: without it there would be no next cycle.
-- Full: runs; it writes an error of bounded size; otherwise the job would stall.
local id, provider, key = ARGV[2], KEYS[8], job_key(ARGV[2])
local refused = refusal(id, ARGV[3])
if refused then return {refused} end
if not unlease(id) then return {'lost'} end
local time = now()
local attempts = redis.call('HINCRBY', key, 'attempts', 1)
redis.call('HSET', key, 'error', ARGV[5], 'error_at', time)
redis.call('HSET', provider, 'error', ARGV[5], 'error_at', time, 'failures', attempts)
local most = tonumber(ARGV[6])
if most == 0 or attempts < most or redis.call('HGET', key, 'kind') == 'cycle' then
  waits(provider, 'backoff', time + tonumber(ARGV[4]))
  delay(id, time + tonumber(ARGV[4]))
  leave(provider)
  return {'backoff', attempts}
end
redis.call('RPUSH', dead, id)
if redis.call('LLEN', dead) > tonumber(ARGV[9]) then redis.call('DEL', job_key(redis.call('LPOP', dead))) end
redis.call('HINCRBY', provider, 'given_up', 1)
redis.call('HSET', provider, 'status', 'failed')
leave(provider)
end_chain(provider, ARGV[8], tonumber(ARGV[7]))
return {'dead', attempts}
