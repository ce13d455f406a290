#!lua
-- Makes a provider known, with the settings that scripts read; the first time it also schedules its first cycle.
--
-- KEYS 8 names of the lane's providers  9 provider  10 digests  11 feed  12 ids  13 owners
-- ARGV 2 name  3 concurrency  4 maxPending  5 maxLength  6 publish (changed, all)  7 id of a job for the first cycle
--      8 whether its changes are polled (1, 0)  9 in how many cycles in a row a ref must be missing before it is removed
--      10 its backoff: ms, separated by blanks
-- Reply 1 when it was new, else 0
-- Promise: what is known of the provider stays. Publishing all forgets the digests, which would not be kept in step;
--          not to poll changes, all that is kept for it.
-- Full: waits: a new provider adds data.
local name, provider = ARGV[2], KEYS[9]
redis.call('SADD', KEYS[8], name)
redis.call('HSET', provider, 'concurrency', ARGV[3], 'maxPending', ARGV[4], 'maxLength', ARGV[5], 'publish', ARGV[6],
  'misses', ARGV[9], 'backoff', ARGV[10])
if ARGV[6] == 'all' then redis.call('UNLINK', KEYS[10]) end
if ARGV[8] == '1' then
  redis.call('HSET', provider, 'changes', 1)
else
  redis.call('HDEL', provider, 'changes')
  redis.call('UNLINK', KEYS[11], KEYS[12], KEYS[13])
end
if redis.call('HSETNX', provider, 'generation', 0) == 0 then
  fill(provider, 100)
  return 0
end
redis.call('HSET', provider, 'previous', 0, 'status', 'starting')
schedule(provider, ARGV[7], 0, 'start')
return 1
