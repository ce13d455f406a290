#!lua flags=allow-oom
-- Gives a lease up.
--
-- KEYS 1 lease
-- ARGV 1 holder
-- Reply 1 given up, 0 it was not held
-- Promise: the lease of another holder stays.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
