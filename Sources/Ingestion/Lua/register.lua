-- Makes a provider known, with the settings that scripts read; the first time it also schedules its first cycle.
--
-- KEYS 8 names of the lane's providers  9 provider  10 digests  11 feed  12 ids  13 owners
--      14 refs that are held of the feed
-- ARGV 2 name  3 concurrency  4 maxPending  5 maxLength  6 publish (changed, all)  7 id of a job for the first cycle
--      8 whether its changes are polled (1, 0)  9 in how many cycles in a row a ref must be missing before it is removed
--      10 location key as a JSON string
-- Reply 1 when it was new, else 0
-- Promise: what is known of the provider stays. Publishing all forgets the digests, which would not be kept in step;
--          not to poll changes, all that is kept for it. Another location key forgets the digests too: everything is published
--          under it, and what is known is noted to be under the one before.
local name, provider = ARGV[2], KEYS[9]
redis.call('SADD', KEYS[8], name)
local deltas = describe(provider .. ':deltas')
-- An older build has not counted them.
redis.call('HSETNX', provider, 'published', deltas and deltas['entries-added'] or 0)
redis.call('HSET', provider, 'concurrency', ARGV[3], 'maxPending', ARGV[4], 'maxLength', ARGV[5], 'publish', ARGV[6],
  'misses', ARGV[9])
local function forget_digests()
  redis.call('UNLINK', KEYS[10])
  redis.call('HSET', provider, 'digests_since', number(redis.call('HGET', provider, 'generation')) + 1)
end
if ARGV[6] == 'all' then forget_digests() end
if ARGV[8] == '1' then
  redis.call('HSET', provider, 'changes', 1)
else
  redis.call('HDEL', provider, 'changes')
  redis.call('UNLINK', KEYS[11], KEYS[12], KEYS[13], KEYS[14])
end
local location = redis.call('HGET', provider, 'location')
if location and location ~= ARGV[10] then
  redis.call('HSETNX', provider, 'location_base', location)
  redis.call('HSET', provider, 'location_generation', number(redis.call('HGET', provider, 'generation')) + 1)
  forget_digests()
end
redis.call('HSET', provider, 'location', ARGV[10])
if redis.call('HSETNX', provider, 'generation', 0) == 0 then
  fill(provider, 100)
  return 0
end
redis.call('HSET', provider, 'previous', 0, 'status', 'starting')
schedule(provider, ARGV[7], 0, 'start')
return 1
