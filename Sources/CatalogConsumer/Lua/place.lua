#!lua flags=allow-oom
-- Makes an entry the last that a group has: it and what is before it are acknowledged.
--
-- KEYS 1 lease  2 deltas
-- ARGV 1 holder  2 group  3 id of the entry
-- Reply 1 placed, 0 the lease ran out or is another's
-- Promise: a consumer that stalled past its lease does not move the group back behind the one that took over.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('XGROUP', 'SETID', KEYS[2], ARGV[2], ARGV[3])
return 1
