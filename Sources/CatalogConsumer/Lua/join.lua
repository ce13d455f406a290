#!lua flags=allow-oom
-- Creates a consumer group where there is none, at the start of the stream, and notes whose it is.
--
-- KEYS 1 deltas  2 provider
-- ARGV 1 group  2 what tells its catalog from others, '' if nothing does
-- Reply what was noted before, '' if nothing was
-- Promise: from then on nothing is trimmed that it has not acknowledged. It works while Redis is full: to read is what
--          drains it.
local reply = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if reply.err and not string.find(reply.err, 'BUSYGROUP') then return reply end
local field = 'catalog:' .. ARGV[1]
local before = redis.call('HGET', KEYS[2], field)
-- What is not registered has no hash, and must not look as if it were.
if ARGV[2] ~= '' and before ~= ARGV[2] and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HSET', KEYS[2], field, ARGV[2])
end
return before or ''
