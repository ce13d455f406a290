-- Forgets the digests, so that everything is published again as the source lists it.
--
-- KEYS 8 provider  9 digests
-- Reply 'ok' or 'unknown'
-- Promise: the known refs stay, so removals are still found. A page already compared with the old digests is refused by
--          its commit and sent again with its bodies.
if redis.call('EXISTS', KEYS[8]) == 0 then return 'unknown' end
redis.call('UNLINK', KEYS[9])
return 'ok'
