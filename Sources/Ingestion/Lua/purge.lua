#!lua flags=allow-oom
-- One bounded step of forgetting a provider: its cycle ends, its refs go, with or without publishing their removal.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 touched  13 rejected
--      14 deliveries  15 validators  16 those of the cycle before  17 feed  18 ids  19 owners
--      20 refs that are held of the feed
-- ARGV 2 id of this purge  3 step  4 publish removals (1, 0)  5 location key as a JSON string, where none is kept
--      6 current generation  7 previous one
-- Reply ['purging', refs left] call again with the next step · ['purged'] · ['unknown'] · ['moved', current, previous]
-- Promise: at its end consumers are told: what they still have goes unless a later cycle publishes it again. Where removals
--          are published, what they still have was not known here, and goes with a whole cycle that brings nothing. A purge that
--          was cut short goes on when it is called again; the provider stays purged until `start` or `cancel`.
-- Full: runs; it frees memory.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'previous', 'fence', 'changes')
if not state[1] then return {'unknown'} end
if state[1] ~= ARGV[6] or state[2] ~= ARGV[7] then return {'moved', tonumber(state[1]), tonumber(state[2])} end
record_cancelled(provider, 'purge')
forget_next(provider)
forget_newer(provider)
forget_held(provider)
redis.call('HDEL', provider, 'open', 'paused', 'restarts', 'throttled', 'touched_floor', 'waits', 'due', 'error',
  'error_at')
redis.call('HSET', provider, 'floor', state[3] or 0, 'status', 'purging', 'outstanding', 0)
redis.call('UNLINK', KEYS[12])
fill(provider, 100)

if ARGV[4] == '1' then
  local refs = redis.call('SPOP', KEYS[10], 500)
  if #refs == 0 then refs = redis.call('SPOP', missed_key(provider), 500) end
  if #refs == 0 then refs = redis.call('SPOP', KEYS[9], 500) end
  if #refs > 0 then
    local removed = removals(provider, refs, ARGV[5])
    redis.call('HDEL', KEYS[11], unpack(refs))
    if state[4] then disown(KEYS[18], KEYS[19], refs) end
    publish(provider, 'delta', 'purge', ARGV[2], ARGV[3], '[]', '[' .. table.concat(removed, ',') .. ']')
    local left = redis.call('SCARD', KEYS[9]) + redis.call('SCARD', missed_key(provider))
    -- Before the first cycle both are one set.
    if KEYS[10] ~= KEYS[9] then left = left + redis.call('SCARD', KEYS[10]) end
    return {'purging', left}
  end
end
redis.call('UNLINK', KEYS[9], KEYS[10], KEYS[11], KEYS[13], KEYS[14])
redis.call('UNLINK', missed_key(provider))
redis.call('HDEL', provider, 'missed')
redis.call('UNLINK', KEYS[15], KEYS[16])
redis.call('UNLINK', KEYS[17], KEYS[18], KEYS[19], KEYS[20])
for _, id in ipairs(redis.call('LRANGE', dead, 0, 999)) do
  if provider_key(id) == provider then
    redis.call('LREM', dead, 1, id)
    redis.call('DEL', job_key(id))
  end
end
redis.call('UNLINK', provider .. ':locations', provider .. ':locations-kept')
redis.call('HDEL', provider, 'location_base', 'location_generation')
publish(provider, 'purged', 'purge', ARGV[2], ARGV[3], '[]', '[]')
if ARGV[4] == '1' then
  local number = tonumber(ARGV[3])
  publish(provider, 'cycle-started', 'purge', ARGV[2], number + 1, '[]', '[]')
  publish(provider, 'cycle-completed', 'purge', ARGV[2], number + 2, '[]', '[]')
end
redis.call('HSET', provider, 'status', 'purged')
return {'purged'}
