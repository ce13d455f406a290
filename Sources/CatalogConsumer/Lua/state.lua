#!lua flags=no-writes
-- What is known of a provider's stream and of one group's place in it, at one moment.
--
-- KEYS 1 deltas  2 provider
-- ARGV 1 group
-- Reply [oldest id that is there or '', newest id that ever was, greatest id that was deleted by hand, entries that the
--        stream ever had, entries that it has, last id that the group was given, oldest that it did not acknowledge or '',
--        entries ever published or '', resyncs, newest id before the last resync or '', entries that the stream lacked by
--        then]; nil where there is no such stream or group
local function fields(values)
  local state = {}
  for i = 1, #values, 2 do state[values[i]] = values[i + 1] end
  return state
end

if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
local own
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local state = fields(group)
  if state['name'] == ARGV[1] then own = state end
end
if not own then return nil end
local stream = fields(redis.call('XINFO', 'STREAM', KEYS[1]))
local provider = redis.call('HMGET', KEYS[2], 'published', 'resyncs', 'resynced', 'resynced_missing')
return {
  stream['first-entry'] and stream['first-entry'][1] or '', stream['last-generated-id'],
  stream['max-deleted-entry-id'] or '', stream['entries-added'] or '', stream['length'], own['last-delivered-id'],
  redis.call('XPENDING', KEYS[1], ARGV[1])[2] or '', provider[1] or '', provider[2] or 0, provider[3] or '',
  provider[4] or 0
}
