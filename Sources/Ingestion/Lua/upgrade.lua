#!lua flags=allow-oom
-- Raises the layout of a lane to the one that the caller knows.
--
-- KEYS none of its own  ARGV none of its own
-- Reply the version that there was
-- Promise: from here on no script of a build that knows only older ones changes anything. It is never lowered.
-- Full: runs; it writes a key of fixed size.
redis.call('SET', KEYS[6] .. 'layout', layout_version)
return tonumber(layout or 1)
