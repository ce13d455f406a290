#!lua flags=allow-oom
-- Takes one call out of a provider's call rate, unless its source has asked for no calls before a time to come.
--
-- KEYS 8 provider
-- ARGV 2 ms between two calls, 0 to ask only for the source's time  3 how many calls may come at once
--      4 for how long the caller would wait, ms  5 for how long any would at the most
-- Reply ['go', ms] the call is taken, to be sent after so many · ['held', ms] none before that, as the source asked ·
--       ['later', ms] none before that, by the rate: more than the caller would wait, so nothing was taken
-- Promise: over any span of time, no more calls are let go than came at once and were due in it, whoever asks. A call that
--          is taken and not sent, or taken twice because a reply was lost, makes fewer.
-- Full: runs; it writes fields of fixed size, and pages that bring nothing new go on.
local provider = KEYS[8]
local state = redis.call('HMGET', provider, 'generation', 'calls_until', 'calls_due', 'calls_interval', 'calls_for')
if not state[1] then return {'go', 0} end
local time = now()
local held = math.ceil(held_until(provider, state[2], state[5], time) - time)
if held > 0 then return {'held', held} end
local interval, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
if interval == 0 then return {'go', 0} end

-- When the next call would be due were they evenly spread: at the most after all that wait for theirs. What another rate,
-- or another server's clock, has left behind is bounded by that.
local most = time + burst * interval
if state[4] == ARGV[2] then most = most + tonumber(ARGV[5]) end
local due = math.min(math.max(number(state[3]), time), most)
local wait = math.ceil(math.max(0, due - (burst - 1) * interval - time))
if wait > tonumber(ARGV[4]) then return {'later', wait} end
-- The time was cut to whole milliseconds, so the call is sent up to one later than it seems: none is due before it was sent.
due = math.max(due, time + wait + 1)
redis.call('HSET', provider, 'calls_due', string.format('%.3f', due + interval + 0.0005), 'calls_interval', ARGV[2])
return {'go', wait}
