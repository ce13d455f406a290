#!lua flags=allow-oom
-- Creates a consumer group at the start of the stream, unless it exists, and notes which catalog reads with it; or why that catalog
-- begins anew with the stream.
--
-- KEYS 1 deltas  2 provider
-- ARGV 1 group  2 id of its catalog, '' if it has none  3 why it begins anew, '' if it does not
-- Reply the catalog noted before, '' if there was none
-- Promise: from then on nothing is trimmed that the group has not acknowledged. Works while Redis is full, since reading is
--          what drains it. The reason is shown until the provider's first cycle is complete: before, not all is published.
local deltas, provider, group, catalog, reason = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]
local reply = redis.pcall('XGROUP', 'CREATE', deltas, group, '0', 'MKSTREAM')
if reply.err and not string.find(reply.err, 'BUSYGROUP') then return reply end
local field = 'catalog:' .. group
local before = redis.call('HGET', provider, field)
-- What is not registered has no hash, and must not look as if it were.
if redis.call('EXISTS', provider) == 0 then return before or '' end
if catalog ~= '' and before ~= catalog then redis.call('HSET', provider, field, catalog) end
if reason ~= '' and not redis.call('HGET', provider, 'completed') then
  redis.call('HSETNX', provider, 'republishing', '0 ' .. reason)
end
return before or ''
