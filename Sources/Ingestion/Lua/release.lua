#!lua flags=allow-oom
-- Gives a job back unfinished: at shutdown, or because an operation revoked it. Counts no attempt.
--
-- KEYS 8 provider
-- ARGV 2 id  3 fence  4 pause, ms: 0 is at once, at the head of the list
-- Reply 'ok' or 'lost'; repeated: 'lost'
-- Promise: the job goes to ready, delayed, or waiting when its provider is paused; one of a cycle that is over is dropped.
-- Full: runs; it moves an id; otherwise the job would stall.
local id, fence, provider = ARGV[2], ARGV[3], KEYS[8]
if redis.call('HGET', job_key(id), 'fence') ~= fence then return 'lost' end
if redis.call('ZREM', leased, id) == 0 then return 'lost' end
local job = redis.call('HMGET', job_key(id), 'kind', 'generation')
local state = redis.call('HMGET', provider, 'generation', 'open', 'paused', 'next')
local current
if job[1] == 'cycle' then
  current = state[4] == id
else
  current = state[2] and job[2] == state[1]
end
redis.call('HINCRBY', job_key(id), 'deliveries', -1)
-- Whoever still runs with this fence has given the job up.
redis.call('HSET', job_key(id), 'fence', raise_fence(provider))
if not current then
  redis.call('DEL', job_key(id))
  leave(provider)
elseif state[3] then
  redis.call('LPUSH', provider .. ':waiting', id)
  redis.call('HINCRBY', provider, 'active', -1)
elseif tonumber(ARGV[4]) > 0 then
  delay(id, now() + tonumber(ARGV[4]))
  leave(provider)
else
  redis.call('LPUSH', ready, id)
  signal()
end
return 'ok'
