#!lua flags=allow-oom
-- Takes a provider for one consumer of a group.
--
-- KEYS 1 lease
-- ARGV 1 holder  2 length, ms
-- Reply 1 taken or held already, 0 another has it
-- Promise: at most one holder at a time. Called again after a lost reply, it answers the same. It works while Redis is
--          full. A lease that was given while the clock of Redis was ahead is cut to what it should be.
local lease, holder, length = KEYS[1], ARGV[1], ARGV[2]
local held = redis.call('GET', lease)
if not held or held == holder then
  redis.call('SET', lease, holder, 'PX', length)
  return 1
end
-- Consumers of a group may have leases of other lengths, but not by so much.
if redis.call('PTTL', lease) > 10 * tonumber(length) then redis.call('PEXPIRE', lease, length) end
return 0
