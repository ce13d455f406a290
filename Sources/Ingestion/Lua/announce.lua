#!lua flags=allow-oom
-- A worker's sign of life: what it is and what it does, for people. No decision is made from it.
--
-- KEYS 8 workers  9 this worker's record
-- ARGV 2 id  3 for how long the record counts, ms; 0 takes it away  4 name  5 version  6 slots  7 its jobs as JSON
-- Reply 'ok'
-- Promise: besides the records that count there are at most those of workers that ended within that time; a record expires
--          by itself. A repeated call changes nothing.
-- Full: runs; a record of fixed size, which expires; without it a full Redis would look like one without workers.
local workers, key = KEYS[8], KEYS[9]
local time, keep = now(), tonumber(ARGV[3])
if keep == 0 then
  redis.call('ZREM', workers, ARGV[2])
  redis.call('DEL', key)
  return 'ok'
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', workers, '-inf', time - keep, 'LIMIT', 0, 100)) do
  redis.call('ZREM', workers, id)
end
-- Of a clock that was set back since: it would count for too long.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', workers, '(' .. string.format('%.0f', time), '+inf', 'LIMIT', 0, 100)) do
  redis.call('ZADD', workers, time, id)
end
redis.call('ZADD', workers, time, ARGV[2])
redis.call('HSETNX', key, 'since', string.format('%.0f', time))
redis.call('HSET', key, 'name', ARGV[4], 'version', ARGV[5], 'slots', ARGV[6], 'jobs', ARGV[7],
  'job_version', job_version)
redis.call('PEXPIRE', key, ARGV[3])
return 'ok'
