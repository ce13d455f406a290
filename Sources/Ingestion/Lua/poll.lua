#!lua
-- Takes the poll of a provider's changes when it is due: one worker has it at a time, until its lease runs out.
--
-- KEYS 8 provider  9 feed
-- ARGV 2 lease, ms  3 pause where nothing says when to look again, ms  4 a text that no other call has  5 id of the worker
-- Reply ['taken', fence, failures in a row, cursor] · ['wait', ms until it is worth looking again]
-- Promise: whoever had it before writes no more; a repeated call has it still. Without a cursor it is for asking whether the feed answers again, between two
--          cycles. A worker without the provider's plan does not poll: the cursor is of another. What is held waits for a person, or
--          for a cycle. Providers that are paused, cancelled or purged, or whose consumers are behind, are not polled.
-- Full: waits: what a feed tells could not be applied.
local provider, feed = KEYS[8], KEYS[9]
local pause = tonumber(ARGV[3])
local state = redis.call('HMGET', provider, 'changes', 'paused', 'status', 'plan')
local status = state[3]
if not state[1] or state[2] or status == 'cancelled' or status == 'purging' or status == 'purged' then
  return {'wait', pause}
end
if not redis.call('ZSCORE', provider .. ':workers', (state[4] or '') .. ' ' .. ARGV[5]) then return {'wait', pause} end
local time = now()
local turn = redis.call('HMGET', feed, 'due', 'until', 'failures', 'cursor', 'holder', 'fence', 'pause', 'held')
if turn[5] == ARGV[4] and turn[6] then return {'taken', tonumber(turn[6]), number(turn[3]), turn[4]} end
if turn[8] then return {'wait', math.min(pause, 5000)} end
-- A time that is further off than it was ever to be, because the clock was set back, is cut.
local function cut(field, till, longest)
  if not longest or till <= time + longest then return till end
  redis.call('HSET', feed, field, time + longest)
  return time + longest
end
local due = math.max(cut('due', number(turn[1]), tonumber(turn[7])), cut('until', number(turn[2]), tonumber(ARGV[2])))
if due > time then return {'wait', math.min(due - time, pause)} end
-- A cycle that begins asks for the point itself; one that goes on began without, and there is nothing to go on from.
if not turn[4] and (status == 'starting' or status == 'running' or status == 'sweeping') then return {'wait', pause} end
if behind(provider) then return {'wait', math.min(pause, 1000)} end
local fence = raise_fence(provider)
redis.call('HSET', feed, 'fence', fence, 'until', time + tonumber(ARGV[2]), 'holder', ARGV[4], 'part', 0,
  'asked_at', time)
return {'taken', tonumber(fence), number(turn[3]), turn[4]}
