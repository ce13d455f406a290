#!lua flags=allow-oom
-- A dead job runs again, with its cursor, in the cycle that it belongs to.
--
-- KEYS 8 provider
-- ARGV 2 id
-- Reply 'ok', 'unknown' when the job is not dead, or 'over' when its cycle has given way to another or failed for more
-- Promise: a cycle that had failed only for want of its dead jobs goes on, and sweeps when all of them have ended.
-- Full: runs; it moves an id.
local id, provider = ARGV[2], KEYS[8]
local job = redis.call('HMGET', job_key(id), 'generation')
local state = redis.call('HMGET', provider, 'generation', 'open', 'status', 'outstanding', 'over')
if not job[1] or not state[1] then return 'unknown' end
-- The next cycle has begun to move refs between the sets by which this one would sweep.
if state[5] == state[1] then return 'over' end
-- Closed with chains outstanding, it has lost jobs besides the dead ones, and would never end.
if job[1] ~= state[1] or not (state[2] or state[3] == 'failed' and number(state[4]) <= 0) then return 'over' end
if redis.call('LREM', dead, 1, id) == 0 then return 'unknown' end
redis.call('HDEL', job_key(id), 'attempts', 'stalls', 'set_aside')
redis.call('HSET', provider, 'open', 1)
forget_next(provider)
redis.call('HDEL', provider, 'waits', 'due', 'ended')
redis.call('HINCRBY', provider, 'outstanding', 1)
if redis.call('HINCRBY', provider, 'given_up', -1) <= 0 then redis.call('HSET', provider, 'status', 'running') end
enqueue(provider, id)
return 'ok'
