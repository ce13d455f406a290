#!lua flags=allow-oom
-- The source no longer knows the cursor: the cycle starts over, three times at most in a row.
--
-- KEYS 8 provider  9 validators  10 those of the cycle before
-- ARGV 2 id  3 fence  4 restarts allowed in a row  5 error  6 rest, ms  7 id of a job for the next cycle
-- Reply ['restarted', restarts], ['failed', restarts], ['lost'] or ['revoked']
-- Promise: what the cycle has marked stays known; the cycle that starts over never sees its jobs again, and reads every page
--          in full, since a page that was kept may have named the cursor.
-- Full: runs; it drops the pages that were kept, and replaces a job by a smaller one.
local id, provider = ARGV[2], KEYS[8]
local refused = refusal(id, ARGV[3])
if refused then return {refused} end
if not unlease(id) then return {'lost'} end
local time = now()
redis.call('DEL', job_key(id))
redis.call('UNLINK', KEYS[9], KEYS[10])
leave(provider)
local restarts = redis.call('HINCRBY', provider, 'restarts', 1)
redis.call('HSET', provider, 'error', ARGV[5], 'error_at', time, 'failures', restarts)
if restarts > tonumber(ARGV[4]) then
  redis.call('HDEL', provider, 'restarts')
  close_failed(provider, ARGV[7], tonumber(ARGV[6]))
  return {'failed', restarts}
end
redis.call('HSET', provider, 'status', 'starting')
record(provider, 'expired', ARGV[5])
schedule(provider, ARGV[7], 0, 'start')
return {'restarted', restarts}
