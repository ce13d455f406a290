#!lua
-- Begins a cycle: the job of kind cycle becomes the first job of its pages, and the generation rises.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one
--      11 validators  12 those of the cycle before  13 feed  14 refs that are held of it
-- ARGV 2 id  3 fence  4 lease, ms  5 current generation  6 previous one
--      7 point from which changes are told, asked for just now, else ''  8 why there is none, else ''
-- Reply ['merging', refs left], call again; ['begun', generation, previous]; ['lost'] or ['revoked']
-- Promise: nothing is left to decide about the last cycle once a ref moves: its held sweep can no longer be approved, its dead
--          jobs no longer run again. Two older sets become one before the new generation opens, at most 1,000 refs a call, the
--          smaller into the larger. A ref is in exactly one of them at any moment. What a completed cycle has left in the
--          older set it has missed: where that alone removes nothing, it becomes the set of missed refs. A cycle that did not
--          complete counts no miss. A repeated call after 'begun' is answered alike. What the
--          last cycle kept of its pages is there for this one, unless that one was cut short and the one before kept more. A
--          point is stored as the cycle begins that reads what was before it.
-- Full: waits: a cycle that begins adds data.
local id, fence, provider = ARGV[2], ARGV[3], KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'previous', 'outstanding', 'given_up', 'swept', 'misses', 'over')
local job = redis.call('HMGET', job_key(id), 'kind', 'generation', 'sequence')
local refused = refusal(id, fence)
if refused then return {refused} end
if job[1] == 'page' and job[3] == '0' then
  return {'begun', tonumber(state[1]), tonumber(state[2])}
end
if job[1] ~= 'cycle' or state[1] ~= ARGV[5] or state[2] ~= ARGV[6] then return {'lost'} end

redis.call('ZADD', leased, 'XX', now() + tonumber(ARGV[4]), id)
-- From here on the sets are not what its sweep would have gone by: marked refs may move into the older one.
redis.call('HSET', provider, 'status', 'starting', 'over', state[1])
forget_held(provider)
local missed = missed_key(provider)
-- A completed cycle has emptied the set, but for a worker of an older build, which knows of none. Only before a ref has moved:
-- `misses` may have changed since.
if state[7] ~= state[1] and state[5] == state[1] and state[6] == '2' and redis.call('EXISTS', missed) == 0
  and redis.call('EXISTS', KEYS[10]) == 1 then
  redis.call('RENAME', KEYS[10], missed)
  redis.call('HSET', provider, 'missed', 1)
end
local small, large, previous = KEYS[10], KEYS[9], state[1]
if redis.call('SCARD', KEYS[10]) > redis.call('SCARD', KEYS[9]) then
  small, large, previous = KEYS[9], KEYS[10], state[2]
end
-- Before the first cycle they are one set: what live events have brought.
if small ~= large then
  local refs = redis.call('SPOP', small, 1000)
  if #refs > 0 then redis.call('SADD', large, unpack(refs)) end
  local left = redis.call('SCARD', small)
  if left > 0 then return {'merging', left} end
end

local whole = number(state[3]) <= 0 and number(state[4]) == 0
if whole or redis.call('HLEN', KEYS[11]) > redis.call('HLEN', KEYS[12]) then
  redis.call('UNLINK', KEYS[12])
  if redis.call('EXISTS', KEYS[11]) == 1 then redis.call('RENAME', KEYS[11], KEYS[12]) end
else
  redis.call('UNLINK', KEYS[11])
end

redis.call('UNLINK', provider .. ':locations-kept')
local generation = tonumber(state[1]) + 1
redis.call('HSET', provider, 'generation', generation, 'previous', previous, 'status', 'running', 'open', 1,
  'outstanding', 1, 'given_up', 0, 'started', now(), 'pages', 0, 'marked', 0, 'listed', 0, 'added', 0, 'changed', 0,
  'unchanged', 0, 'removed', 0, 'rejected', 0, 'duplicates', 0, 'unmodified', 0, 'shrunk', 0, 'known_at_start',
  redis.call('SCARD', large) + redis.call('SCARD', missed))
redis.call('HDEL', provider, 'next', 'ended', 'read_at', 'waits', 'due', 'failures', 'set_aside', 'redis_error',
  'redis_error_at')
redis.call('HDEL', job_key(id), 'rate_limits', 'redis_errors')
redis.call('HSET', job_key(id), 'kind', 'page', 'generation', generation, 'sequence', 0)
if ARGV[7] .. ARGV[8] ~= '' then
  -- What was held this cycle decides anew.
  if redis.call('HDEL', KEYS[13], 'held', 'held_removals', 'held_known', 'approved') > 0 then
    redis.call('HDEL', KEYS[13], 'cursor')
    redis.call('UNLINK', KEYS[14])
  end
end
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[13], 'cursor', ARGV[7], 'due', now())
elseif ARGV[8] ~= '' then
  redis.call('HINCRBY', KEYS[13], 'failures', 1)
  redis.call('HSET', KEYS[13], 'error', ARGV[8], 'error_at', now())
end
publish(provider, 'cycle-started', 'burst', id, 0, '[]', '[]')
return {'begun', generation, tonumber(previous)}
