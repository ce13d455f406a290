-- Applies a live event: refs added or changed, refs removed, published at once. It wins over any page read before it.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 touched
-- ARGV 2 current generation  3 previous one  4 entities added or changed  5 refs removed  6 JSON array of the entities
--      7 location key as a JSON string  8… refs added, their digests, refs removed
-- Reply ['ok', event sequence] · ['unknown'] · ['moved', current, previous], nothing was written
-- Promise: an addition is marked in the current generation, so that the next cycle sweeps it if the source never lists
--          it. At most 500 refs of each kind.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'previous', 'open', 'paused', 'publish')
if not state[1] then return {'unknown'} end
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return {'moved', tonumber(state[1]), tonumber(state[2])} end
local added, removed = tonumber(ARGV[4]), tonumber(ARGV[5])
local sequence = redis.call('HINCRBY', provider, 'events', 1)
-- Only a page that can still be committed may have been read before: one of an open cycle that nobody stopped.
local function touch(ref)
  if state[3] and not state[4] then redis.call('ZADD', KEYS[12], sequence, ref) end
end
local gone = {}
for i = 0, added - 1 do
  local ref = ARGV[8 + i]
  redis.call('SREM', KEYS[10], ref)
  redis.call('SADD', KEYS[9], ref)
  if state[5] ~= 'all' then redis.call('HSET', KEYS[11], ref, ARGV[8 + added + i]) end
  touch(ref)
end
for i = 0, removed - 1 do
  local ref = ARGV[8 + 2 * added + i]
  local known = redis.call('SREM', KEYS[9], ref) + redis.call('SREM', KEYS[10], ref)
  redis.call('HDEL', KEYS[11], ref)
  touch(ref)
  if known > 0 then gone[#gone + 1] = '{"entityRef":"' .. ref .. '","locationKey":' .. ARGV[7] .. '}' end
end
if added > 0 or #gone > 0 then
  publish(provider, 'delta', 'event', 'event', sequence, ARGV[6], '[' .. table.concat(gone, ',') .. ']')
end
return {'ok', sequence}
