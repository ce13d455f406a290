#!lua flags=no-writes
-- What is known of a provider's stream and of one group's place in it, at one moment.
--
-- KEYS 1 deltas  2 provider
-- ARGV 1 group
-- Reply [oldest id that is there or '', newest id that ever was, greatest id that was deleted by hand, entries that the
--        stream ever had, entries that it has, last id that the group was given, oldest that it did not acknowledge or '',
--        entries ever published or '', resyncs, newest id before the last resync or '', entries that the stream lacked by
--        then]; nil where there is no such stream or group
local deltas, provider, group = KEYS[1], KEYS[2], ARGV[1]

local function fields(values)
  local state = {}
  for i = 1, #values, 2 do state[values[i]] = values[i + 1] end
  return state
end

if redis.call('EXISTS', deltas) == 0 then return nil end
local own
for _, values in ipairs(redis.call('XINFO', 'GROUPS', deltas)) do
  local state = fields(values)
  if state['name'] == group then own = state end
end
if not own then return nil end
local stream = fields(redis.call('XINFO', 'STREAM', deltas))
local counts = redis.call('HMGET', provider, 'published', 'resyncs', 'resynced', 'resynced_missing')
return {
  stream['first-entry'] and stream['first-entry'][1] or '', stream['last-generated-id'],
  stream['max-deleted-entry-id'] or '', stream['entries-added'] or '', stream['length'], own['last-delivered-id'],
  redis.call('XPENDING', deltas, group)[2] or '', counts[1] or '', counts[2] or 0, counts[3] or '', counts[4] or 0
}
