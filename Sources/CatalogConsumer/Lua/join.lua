#!lua flags=allow-oom
-- Creates a consumer group at the start of the stream, unless it exists, and notes which catalog reads with it.
--
-- KEYS 1 deltas  2 provider
-- ARGV 1 group  2 id of its catalog, '' if it has none
-- Reply the catalog noted before, '' if there was none
-- Promise: from then on nothing is trimmed that the group has not acknowledged. Works while Redis is full, since reading is
--          what drains it.
local deltas, provider, group, catalog = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local reply = redis.pcall('XGROUP', 'CREATE', deltas, group, '0', 'MKSTREAM')
if reply.err and not string.find(reply.err, 'BUSYGROUP') then return reply end
local field = 'catalog:' .. group
local before = redis.call('HGET', provider, field)
-- What is not registered has no hash, and must not look as if it were.
if catalog ~= '' and before ~= catalog and redis.call('EXISTS', provider) == 1 then
  redis.call('HSET', provider, field, catalog)
end
return before or ''
