#!lua
-- Applies what a feed has told, or a part of it, as a live event: entities added or changed, refs removed, published at once; and
-- stores the point from which to ask next, with the last part.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 touched  13 rejected
--      14 ids  15 owners  16 feed
-- ARGV 2 current generation  3 previous one  4 fence  5 part, from 1  6 lease, ms  7 cursor, with the last part, else ''
--      8 records  9 location key as a JSON string  10 entities added or changed  11 refs removed  12 entities rejected
--      13… as live.lua has it; the record id of each entity added; of each record: id, the refs that it was read to have,
--      1 when no older page may say anything of it
-- Reply ['ok', published, unchanged, removed, behind] · ['repeated'] · ['retry'], a record has other refs by now, nothing was
--       written · ['lost'] · ['revoked'] · ['moved', current, previous]
-- Promise: all or nothing, once for a part. A cursor is stored only when all before it was applied. A poller whose lease another has
--          taken, or whose provider was stopped, changes nothing. At most 500 entities, removals and records each.
-- Full: waits: it adds data.
local provider, feed = KEYS[8], KEYS[16]
local state = redis.call('HMGET', provider, 'generation', 'previous', 'open', 'paused', 'publish', 'changes', 'status',
  'missed')
local turn = redis.call('HMGET', feed, 'fence', 'part')
if not state[1] or not state[6] or turn[1] ~= ARGV[4] then return {'lost'} end
if state[4] or state[7] == 'cancelled' or state[7] == 'purging' or state[7] == 'purged' then return {'revoked'} end
local part = tonumber(ARGV[5])
if part <= number(turn[2]) then return {'repeated'} end
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return {'moved', tonumber(state[1]), tonumber(state[2])} end

local told, added, removed, rejected = tonumber(ARGV[8]), tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local makers = 13 + 3 * added + removed + 3 * rejected
local records = makers + added
if told > 0 then
  local ids = {}
  for i = 1, told do ids[i] = ARGV[records + 3 * (i - 1)] end
  for i, refs in ipairs(redis.call('HMGET', KEYS[14], unpack(ids))) do
    if (refs or '') ~= ARGV[records + 3 * (i - 1) + 1] then return {'retry'} end
  end
end

local published, unchanged, gone = 0, 0, 0
if told + rejected > 0 then
  local sequence
  published, unchanged, gone, sequence = apply(state, ARGV[9], 13, added, removed, rejected)
  if added > 0 then
    own(KEYS[14], KEYS[15], {unpack(ARGV, 13, 12 + added)}, {unpack(ARGV, makers, makers + added - 1)})
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
return {'ok', published, unchanged, gone, behind(provider) and 1 or 0}
