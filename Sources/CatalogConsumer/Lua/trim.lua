#!lua flags=allow-oom
-- Drops entries that every consumer group has acknowledged, but for the last of them.
--
-- KEYS 1 deltas
-- ARGV 1 entries to drop at most
-- Reply how many were dropped
-- Promise: of each group, the entries that it has not acknowledged stay, and the one before them too: a sink that stopped
--          after an entry knows by it that nothing behind is missing. Without a group nothing is dropped.
--          What is left beyond the limit goes with a later call.

-- Ids are compared as texts of digits, for they may exceed what a number of Lua holds exactly.
local function less(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end

local function before(a, b)
  local a_time, a_count = string.match(a, '^(%d+)-(%d+)$')
  local b_time, b_count = string.match(b, '^(%d+)-(%d+)$')
  if a_time ~= b_time then return less(a_time, b_time) end
  return less(a_count, b_count)
end

if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local floor
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local state = {}
  for i = 1, #group, 2 do state[group[i]] = group[i + 1] end
  local last = state['last-delivered-id']
  if state['pending'] > 0 then
    local lowest = redis.call('XPENDING', KEYS[1], state['name'])[2]
    -- After a reset, entries behind the last delivered one can be pending.
    if not before(last, lowest) then
      local acknowledged = redis.call('XREVRANGE', KEYS[1], '(' .. lowest, '-', 'COUNT', 1)[1]
      last = acknowledged and acknowledged[1] or '0-0'
    end
  end
  if not floor or before(last, floor) then floor = last end
end
if not floor then return 0 end
local dropped = redis.call('XTRIM', KEYS[1], 'MINID', '~', floor, 'LIMIT', ARGV[1])
-- Whole nodes went. What is left before the floor then is no more than a node that was above the limit, and a part of another.
if dropped < tonumber(ARGV[1]) / 2 then dropped = dropped + redis.call('XTRIM', KEYS[1], 'MINID', '=', floor) end
return dropped
