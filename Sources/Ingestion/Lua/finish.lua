#!lua flags=allow-oom
-- Ends a burst whose chain goes on: the job waits for its next burst, or until what kept it from going on has passed.
--
-- KEYS 8 provider
-- ARGV 2 id  3 fence  4 pause, ms  5 reason (interval, throttled, calls, redis)
--      6 what the source, or Redis, answered in place of going on, already cut to 1,000 characters; '' if nothing
--      7 the longest pause that Redis's own errors may come to, ms
-- Reply 'ok', 'lost' or 'revoked'; repeated: 'lost'
-- Promise: the job goes from leased to delayed in one step. Neither a rate limit nor an error of Redis's own is an attempt: they
--          are counted apart. Each of Redis's errors in a row doubles the pause.
-- Full: runs; it writes fields of bounded size; otherwise the job would stall.
local id, provider = ARGV[2], KEYS[8]
local refused = refusal(id, ARGV[3])
if refused then return refused end
if not unlease(id) then return 'lost' end
local time, pause, reason, answer = now(), tonumber(ARGV[4]), ARGV[5], ARGV[6]
if answer ~= '' then
  local count = reason == 'redis' and 'redis_errors' or 'rate_limits'
  local times = redis.call('HINCRBY', job_key(id), count, 1)
  redis.call('HINCRBY', provider, count, 1)
  redis.call('HSET', job_key(id), 'error', answer, 'error_at', time)
  redis.call('HSET', provider, 'error', answer, 'error_at', time)
  if reason == 'redis' then
    pause = math.min(pause * 2 ^ (times - 1), tonumber(ARGV[7]))
    redis.call('HSET', provider, 'redis_error', answer)
    redis.call('HSETNX', provider, 'redis_error_at', string.format('%.0f', time))
  end
end
local due = time + pause
waits(provider, reason, due)
delay(id, due)
leave(provider)
return 'ok'
