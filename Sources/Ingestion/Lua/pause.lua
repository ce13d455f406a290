#!lua flags=allow-oom
-- Stops a provider where it is: running bursts fail on their fence and their jobs wait for `resume`.
--
-- KEYS 8 provider
-- Reply 'ok', 'unknown' or 'paused' when it already was
-- Promise: the cycle keeps its place; every page that was committed stays committed.
-- Full: runs; it writes a field.
local provider = KEYS[8]
if redis.call('EXISTS', provider) == 0 then return 'unknown' end
if redis.call('HSETNX', provider, 'paused', string.format('%.0f', now())) == 0 then return 'paused' end
redis.call('HSET', provider, 'floor', redis.call('HGET', provider, 'fence') or 0)
return 'ok'
