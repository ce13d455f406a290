-- Applies a live event, or a part of one that does not fit into one entry: refs added or changed, refs removed, published at
-- once. It wins over any page read before it.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 touched  13 rejected
--      14 ids  15 owners  16 deliveries
-- ARGV 2 current generation  3 previous one  4 id of the event  5 id of this part, for the last one that of the event
--      6 location key as a JSON string  7 entities added or changed  8 refs removed  9 entities rejected
--      10… as live.lua has it
-- Reply ['ok', published, unchanged, removed] · ['duplicate'], the event was applied before · ['repeated'], this part was ·
--       ['unknown'] · ['purged'] · ['behind'], consumers are, nothing was written · ['moved', current, previous], nothing
--       was written
-- Promise: once for an id, of the last 100,000 within three days. What has the body that was published last is not published
--          again. An addition is marked in the current generation, so that the next cycle sweeps it if the source never
--          lists it.
local provider, deliveries = KEYS[8], KEYS[16]
local state = redis.call('HMGET', provider, 'generation', 'previous', 'open', 'paused', 'publish', 'changes', 'status',
  'missed')
if not state[1] then return {'unknown'} end
if state[7] == 'purging' or state[7] == 'purged' then return {'purged'} end
if redis.call('ZSCORE', deliveries, ARGV[4]) then return {'duplicate'} end
if redis.call('ZSCORE', deliveries, ARGV[5]) then return {'repeated'} end
if behind(provider) then return {'behind'} end
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return {'moved', tonumber(state[1]), tonumber(state[2])} end

local time = now()
redis.call('ZADD', deliveries, time, ARGV[5])
-- One comes, and up to ten go: in the long run none stays that is too old or too many.
local excess = redis.call('ZCARD', deliveries) - 100000
local oldest = redis.call('ZRANGE', deliveries, 0, 9, 'WITHSCORES')
for i = 1, #oldest, 2 do
  if i < 2 * excess or tonumber(oldest[i + 1]) <= time - 259200000 then redis.call('ZREM', deliveries, oldest[i]) end
end
redis.call('PEXPIRE', deliveries, 259200000)
local published, unchanged, removed =
  apply(state, ARGV[6], 10, tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]))
return {'ok', published, unchanged, removed}
