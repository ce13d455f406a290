#!lua flags=allow-oom
-- The source asks to be left alone: no call of its provider is let go before that time, on any worker.
--
-- KEYS 8 provider
-- ARGV 2 for how long, ms; -1 when it did not say  3 the shortest time then, ms  4 the longest
-- Reply ms until a call may be sent
-- Promise: a time that was asked for before is not shortened. Where the source does not say, it is left alone for twice as
--          long each time that it asks again soon after; several calls that it refuses together count as one.
-- Full: runs; what the source asks for must not be lost.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'calls_until', 'calls_pause', 'calls_for')
if not state[1] then return 0 end
local time, asked = now(), tonumber(ARGV[2])
local last = held_until(provider, state[2], state[4], time)
if asked < 0 then
  if last > time then return math.ceil(last - time) end
  asked = tonumber(ARGV[3])
  local pause = number(state[3])
  if pause > 0 and time - last <= pause then asked = math.min(2 * pause, tonumber(ARGV[4])) end
  redis.call('HSET', provider, 'calls_pause', asked)
end
local till = math.max(last, time + asked)
redis.call('HSET', provider, 'calls_until', string.format('%.0f', till), 'calls_for', string.format('%.0f', till - time))
return math.ceil(till - time)
