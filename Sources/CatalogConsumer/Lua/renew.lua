#!lua flags=allow-oom
-- Keeps a lease for its whole length from now on.
--
-- KEYS 1 lease
-- ARGV 1 holder  2 length, ms
-- Reply 1 kept, 0 lost
-- Promise: a lease that ran out is not taken anew, another may have had it in between.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
