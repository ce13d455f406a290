#!lua flags=allow-oom
-- Forgets the digests and has a cycle begin at once, so that everything is published anew, every page read in full.
--
-- KEYS 8 provider  9 digests  10 validators  11 those of the cycle before
-- ARGV 2 id of a job for the cycle  3 how many resyncs the caller knows of, '' where a person asks
--      4 why, for people; '' where a person asks
-- Reply 'ok' or 'unknown'
-- Promise: the known refs stay, so removals are still found. The last entry that was published before is noted, and how
--          many the stream lacked by then: a consumer that missed entries begins anew after it. One resync is enough for
--          all that asked before it: it is left out if the caller does not know of the last. A cycle that goes on, is held or has
--          failed gives way, for what it has read would not be published anew by its end. A cancelled or purged provider waits
--          for a person still. While the job is there, a repeated call changes nothing.
-- Full: runs; it frees memory.
local provider = KEYS[8]
if redis.call('EXISTS', provider) == 0 then return 'unknown' end
if redis.call('EXISTS', job_key(ARGV[2])) == 1 then return 'ok' end
local state = redis.call('HMGET', provider, 'resyncs', 'open', 'next', 'status', 'generation', 'held')
if ARGV[3] ~= '' and number(state[1]) ~= tonumber(ARGV[3]) then return 'ok' end
redis.call('UNLINK', KEYS[9], KEYS[10], KEYS[11])
local info = describe(provider .. ':deltas')
redis.call('HSET', provider, 'resynced', info and info['last-generated-id'] or '0-0',
  'resynced_missing', missing(provider, info), 'digests_since', number(state[5]) + 1)
redis.call('HINCRBY', provider, 'resyncs', 1)
if ARGV[4] ~= '' then redis.call('HSET', provider, 'republishing', number(state[5]) .. ' ' .. ARGV[4]) end
if state[2] or state[6] or state[4] == 'failed' then
  record_cancelled(provider, 'resync')
  forget_held(provider)
  redis.call('HDEL', provider, 'restarts')
  redis.call('HSET', provider, 'status', 'starting')
  schedule(provider, ARGV[2], 0, 'resync')
elseif state[4] ~= 'cancelled' and state[3] and redis.call('ZSCORE', delayed, state[3]) then
  schedule(provider, ARGV[2], 0, 'resync')
end
return 'ok'
