#!lua flags=allow-oom
-- Extends the leases of a worker, all in one call.
--
-- ARGV 2 lease, ms  3… id, fence of each, at most 500
-- Reply a list: 1 where the lease was extended, 0 where the job is another's or was revoked
-- Full: runs; it only changes scores; otherwise every job in flight would stall.
local due = now() + tonumber(ARGV[2])
local replies = {}
for i = 3, #ARGV, 2 do
  if refusal(ARGV[i], ARGV[i + 1]) then
    replies[#replies + 1] = 0
  else
    redis.call('ZADD', leased, 'XX', due, ARGV[i])
    replies[#replies + 1] = 1
  end
end
return replies
