-- Takes a provider for one consumer of a group.
--
-- KEYS 1 lease
-- ARGV 1 holder  2 length, ms
-- Reply 1 taken or held already, 0 another has it
-- Promise: at most one holder at a time. Called again after a lost reply, it answers the same.
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1
end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
