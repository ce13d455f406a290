#!lua flags=allow-oom
-- Forgets the digests, so that everything is published again as the source lists it, every page read in full.
--
-- KEYS 8 provider  9 digests  10 validators  11 those of the cycle before
-- Reply 'ok' or 'unknown'
-- Promise: the known refs stay, so removals are still found. A page already compared with the old digests is refused by
--          its commit and sent again with its bodies. The last entry that was published before is noted: a consumer that
--          missed entries begins anew after it.
-- Full: runs; it frees memory.
if redis.call('EXISTS', KEYS[8]) == 0 then return 'unknown' end
redis.call('UNLINK', KEYS[9], KEYS[10], KEYS[11])
local last, deltas = '0-0', KEYS[8] .. ':deltas'
if redis.call('EXISTS', deltas) == 1 then
  local info = redis.call('XINFO', 'STREAM', deltas)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then last = info[i + 1] end
  end
end
redis.call('HSET', KEYS[8], 'resynced', last)
return 'ok'
