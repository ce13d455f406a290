#!lua flags=allow-oom
-- Makes a provider known with the settings that scripts read, and notes which plan this worker has for it. A worker calls it when it
-- starts, and then every few seconds as its sign of life.
--
-- KEYS 8 names of the lane's providers  9 provider  10 digests  11 feed  12 ids  13 owners  14 validators
--      15 those of the cycle before  16 workers  17 refs that are held of the feed
-- ARGV 2 name  3 concurrency  4 maxPending  5 maxLength  6 publish (changed, all)  7 id of a job for a cycle
--      8 whether its changes are polled (1, 0)  9 in how many cycles in a row a ref must be missing before it is removed
--      10 plan  11 id of the worker  12 for how long a sign of life counts, ms
--      13 what this script answered last as the number of the worker's plan; '' when the worker starts
--      14 its backoff: ms, separated by blanks  15 location key as a JSON string
-- Reply [1 when the provider was new, else 0; the number of the plan, 0 when the provider's is another; 1 when a changed plan has
--       started a cycle over, else 0]
-- Promise: what is known of the provider stays. The settings come with the plan, and of its workers from the one that started last.
--          Publishing all forgets the digests, which would not be kept in step; not to poll changes, all that is kept for it.
--          Another location key forgets the digests too: everything is published under it, and what is known is noted to be
--          under the one before.
--          A plan becomes the provider's when a worker brings it that no living worker had, or when no living worker has the
--          provider's. One that starts brings its plan, and one that had the provider's until nobody gave a sign of life. Then
--          nobody who holds a job of another plan writes again; the cursors, the point of the feed and the kept pages are
--          forgotten, and the decision about a held sweep or dead jobs is over. A repeated call changes nothing more.
-- Full: runs; a sign of life is of fixed size, and without it the worker's jobs would be left alone.
local name, provider, plan, workers, last = ARGV[2], KEYS[9], ARGV[10], KEYS[16], ARGV[13]
local time, counts = now(), tonumber(ARGV[12])
redis.call('SADD', KEYS[8], name)
if not redis.call('HGET', provider, 'published') then
  -- An older build has not counted them.
  local deltas = describe(provider .. ':deltas')
  redis.call('HSET', provider, 'published', deltas and deltas['entries-added'] or 0)
end
local is_new = redis.call('HSETNX', provider, 'generation', 0) == 1
local current = redis.call('HGET', provider, 'plan')

local is_known, is_served = false, false
local signs = redis.call('ZRANGE', workers, 0, 999, 'WITHSCORES')
for i = 1, #signs, 2 do
  local member, seen = signs[i], tonumber(signs[i + 1])
  if seen <= time - counts then
    redis.call('ZREM', workers, member)
  else
    -- The clock was set back: a sign of life from the future would count for as long.
    if seen > time then redis.call('ZADD', workers, time, member) end
    local had = string.match(member, '^%S+')
    if had == plan then is_known = true end
    if had == current then is_served = true end
  end
end
redis.call('ZADD', workers, time, plan .. ' ' .. ARGV[11])

-- A plan that was only taken on because nobody had the provider's gives way to it again.
local plan_number = number(redis.call('HGET', provider, 'plan_number'))
local brings = last == '' or tonumber(last) >= math.max(1, plan_number)
local changes = plan ~= current and (not is_served or brings and not is_known)
if changes then
  if brings or is_new then plan_number = redis.call('HINCRBY', provider, 'plan_number', 1) end
  redis.call('HSET', provider, 'plan', plan)
end
local is_own = changes or plan == current
if is_own then redis.call('HSET', provider, 'served_at', time) else plan_number = 0 end

if is_new or is_own and (changes or last == '') then
  redis.call('HSET', provider, 'concurrency', ARGV[3], 'maxPending', ARGV[4], 'maxLength', ARGV[5], 'publish', ARGV[6],
    'misses', ARGV[9], 'backoff', ARGV[14])
  local function forget_digests()
    redis.call('UNLINK', KEYS[10])
    redis.call('HSET', provider, 'digests_since', number(redis.call('HGET', provider, 'generation')) + 1)
  end
  if ARGV[6] == 'all' then forget_digests() end
  if ARGV[8] == '1' then
    redis.call('HSET', provider, 'changes', 1)
  else
    redis.call('HDEL', provider, 'changes')
    redis.call('UNLINK', KEYS[11], KEYS[12], KEYS[13], KEYS[17])
  end
  local location = redis.call('HGET', provider, 'location')
  if location and location ~= ARGV[15] then
    redis.call('HSETNX', provider, 'location_base', location)
    redis.call('HSET', provider, 'location_generation', number(redis.call('HGET', provider, 'generation')) + 1)
    forget_digests()
  end
  redis.call('HSET', provider, 'location', ARGV[15])
  if not is_new then fill(provider, 100) end
end
if is_new then
  redis.call('HSET', provider, 'previous', 0, 'status', 'starting')
  -- Its consumers were there before it, or this worker was.
  if last ~= '' or redis.call('EXISTS', provider .. ':deltas') == 1 then
    redis.call('HSET', provider, 'republishing', '0 Redis was emptied, or lost it')
  end
  schedule(provider, ARGV[7], 0, 'start')
  return {1, plan_number, 0}
end
if not changes then return {0, plan_number, 0} end

redis.call('UNLINK', KEYS[14], KEYS[15], KEYS[17])
redis.call('HDEL', KEYS[11], 'cursor', 'fence', 'until', 'holder', 'held', 'held_removals', 'held_known', 'approved')
local state = redis.call('HMGET', provider, 'open', 'held', 'status', 'fence')
if state[1] then record(provider, 'replanned', 'the configuration changed which entities are read') end
if state[1] or state[2] or state[3] == 'failed' or state[3] == 'starting' then
  forget_held(provider)
  redis.call('HDEL', provider, 'restarts')
  redis.call('HSET', provider, 'status', 'starting')
  schedule(provider, ARGV[7], 0, 'start')
  return {0, plan_number, state[1] and 1 or 0}
end
-- Nothing was read for the next cycle, but a worker with the earlier plan may be about to begin it.
redis.call('HSET', provider, 'floor', state[4] or 0)
return {0, plan_number, 0}
