#!lua
-- Applies what a feed has told, or a part of it, as a live event: entities added or changed, refs removed, published at once; and
-- stores the point from which to ask next, with the last part.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 touched  13 rejected
--      14 ids  15 owners  16 feed
-- ARGV 2 current generation  3 previous one  4 fence  5 part, from 1  6 lease, ms  7 cursor, with the last part, else ''
--      8 removals of the answer that were not applied yet, those of this part among them  9 percentage above which they are held
--      10 records  11 location key as a JSON string  12 entities added or changed  13 refs removed  14 entities rejected
--      15… as live.lua has it; the record id of each entity added; of each record: id, the refs that it was read to have,
--      1 when no older page may say anything of it
-- Reply ['ok', published, unchanged, removed, behind] · ['repeated'] · ['retry'], a record has other refs by now, nothing was
--       written · ['held', removals, known], nothing of this answer is applied from here on · ['lost'] · ['revoked'] ·
--       ['moved', current, previous]
-- Promise: all or nothing, once for a part. A cursor is stored only when all before it was applied. A poller whose lease another has
--          taken, or whose provider was stopped, changes nothing. At most 500 entities, removals and records each. The guard
--          counts what feeds have removed since a cycle was completed, and decides before the first removal of an answer.
-- Full: waits: it adds data.
local provider, feed = KEYS[8], KEYS[16]
local state = redis.call('HMGET', provider, 'generation', 'previous', 'open', 'paused', 'publish', 'changes', 'status',
  'missed')
local turn = redis.call('HMGET', feed, 'fence', 'part', 'held', 'held_removals', 'held_known', 'gone', 'approved')
if not state[1] or not state[6] or turn[1] ~= ARGV[4] then return {'lost'} end
if state[4] or state[7] == 'cancelled' or state[7] == 'purging' or state[7] == 'purged' then return {'revoked'} end
if turn[3] then return {'held', number(turn[4]), number(turn[5])} end
local part = tonumber(ARGV[5])
if part <= number(turn[2]) then return {'repeated'} end
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return {'moved', tonumber(state[1]), tonumber(state[2])} end

local told, added, removed, rejected = tonumber(ARGV[10]), tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14])
local makers = 15 + 3 * added + removed + 3 * rejected
local records = makers + added
if told > 0 then
  local ids = {}
  for i = 1, told do ids[i] = ARGV[records + 3 * (i - 1)] end
  for i, refs in ipairs(redis.call('HMGET', KEYS[14], unpack(ids))) do
    if (refs or '') ~= ARGV[records + 3 * (i - 1) + 1] then return {'retry'} end
  end
end

-- What was approved is let go; of what is beyond it, and what went before, the share is that of what would be known.
local approved, before = number(turn[7]), number(turn[6])
local left = math.max(tonumber(ARGV[8]), removed)
if left > approved then
  local known = redis.call('SCARD', KEYS[9]) + redis.call('SCARD', KEYS[10]) + before
  if state[8] then known = known + redis.call('SCARD', missed_key(provider)) end
  local all = before + left - approved
  if all * 100 > tonumber(ARGV[9]) * known then
    local reason = string.format('the feed of changes would remove %d of %d entities, %.4g %% with what it removed since the '
      .. 'last whole cycle, above %s %%', left, known, all * 100 / known, ARGV[9])
    redis.call('HSET', feed, 'held', reason, 'held_removals', left, 'held_known', known)
    publish(provider, 'sweep-held', 'event', 'event', redis.call('HINCRBY', provider, 'events', 1), '[]', '[]')
    return {'held', left, known}
  end
end

local published, unchanged, gone = 0, 0, 0
if told + rejected > 0 then
  local sequence
  published, unchanged, gone, sequence = apply(state, ARGV[11], 15, added, removed, rejected)
  if added > 0 then
    own(KEYS[14], KEYS[15], {unpack(ARGV, 15, 14 + added)}, {unpack(ARGV, makers, makers + added - 1)})
  end
  local names = {}
  for i = 1, told do
    local at = records + 3 * (i - 1)
    if ARGV[at + 2] == '1' then names[#names + 1] = '#' .. ARGV[at] end
  end
  if #names > 0 then touch(state, names, sequence) end
end
redis.call('HSET', feed, 'part', part, 'until', now() + tonumber(ARGV[6]))
if ARGV[7] ~= '' then redis.call('HSET', feed, 'cursor', ARGV[7]) end
if published + gone > 0 then redis.call('HINCRBY', feed, 'told', published + gone) end
local covered = math.min(gone, approved)
if covered > 0 then redis.call('HINCRBY', feed, 'approved', -covered) end
if gone > covered then redis.call('HINCRBY', feed, 'gone', gone - covered) end
return {'ok', published, unchanged, gone, behind(provider) and 1 or 0}
