-- What every script of a lane shares; it is put before each of them when they are loaded.
--
-- KEYS 1 ready  2 delayed  3 leased  4 dead  5 wake  6 prefix of the lane's keys  7 prefix of provider keys
-- ARGV 1 four numbers: milliseconds to add to the server's clock (0, but in tests that move time), and the versions of jobs, of
--        entries and of the layout that the caller writes, and knows at the most. After a blank each, where the caller is in a
--        trace: its traceparent, and its tracestate if it has one
-- Reply the error LAYOUT, with the version that there is, to a caller that does not know it; it has changed nothing
--
-- A script whose first line says `flags=allow-oom` runs when Redis is at its maxmemory; its header says why ("Full"). All others
-- are refused then before they have begun.
--
-- A job's id is NAME:RANDOM, so its provider is known without a read. A claim cannot know in advance which job it pops,
-- hence the two prefixes in KEYS: every name made from them has the lane's hash tag, thus its slot.
local ready, delayed, leased, dead, wake = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local offset, job_version, entry_version, layout_version = string.match(ARGV[1], '^(%S+) (%d+) (%d+) (%d+)')

local layout = redis.call('GET', KEYS[6] .. 'layout')
if layout and tonumber(layout) > tonumber(layout_version) then return redis.error_reply('LAYOUT ' .. layout) end

local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(offset)
end

local function job_key(id) return KEYS[6] .. 'job:' .. id end

local function provider_key(id) return KEYS[7] .. string.match(id, '^([^:]+)') end

local function number(value) return tonumber(value or 0) or 0 end

-- One worker is enough: a claim that leaves jobs behind wakes the next.
local function signal() redis.call('ZADD', wake, 0, 'wake') end

-- Workers sleep until the head that they last saw, so a new head wakes one of them. How long it was to wait is noted: if the clock
-- is set back, `claim` cuts the rest to that.
local function delay(id, due)
  redis.call('ZADD', delayed, due, id)
  redis.call('HSET', job_key(id), 'delay', string.format('%.0f', math.max(0, due - now())))
  if redis.call('ZRANGE', delayed, 0, 0)[1] == id then signal() end
end

-- A job's field v is the version of what it holds; none is 1. One that has no cursor yet, and a sweep, are of version 1: there is
-- nothing in them that an older build could not go on with. A job of a version that whoever met it does not know is due at a
-- time that never comes, another for each version: there those find it that know it.
local newer = 100000000000000

-- A job that may run now: to ready, or to its provider's waiting list beyond its concurrency and while it is paused.
local function enqueue(provider, id, first)
  local state = redis.call('HMGET', provider, 'active', 'concurrency', 'paused')
  if state[3] or number(state[1]) >= number(state[2]) then
    redis.call('RPUSH', provider .. ':waiting', id)
  else
    redis.call('HINCRBY', provider, 'active', 1)
    redis.call(first and 'LPUSH' or 'RPUSH', ready, id)
    signal()
  end
end

-- Moves waiting jobs to ready as far as the provider's concurrency allows, at most `most` of them.
local function fill(provider, most)
  local state = redis.call('HMGET', provider, 'active', 'concurrency', 'paused')
  if state[3] then return end
  local free = math.min(number(state[2]) - number(state[1]), most)
  local moved = 0
  while moved < free do
    local id = redis.call('LPOP', provider .. ':waiting')
    if not id then break end
    redis.call('RPUSH', ready, id)
    moved = moved + 1
  end
  if moved > 0 then
    redis.call('HINCRBY', provider, 'active', moved)
    signal()
  end
end

-- A job left ready or leased: the next that waits may have its place.
local function leave(provider)
  redis.call('HINCRBY', provider, 'active', -1)
  fill(provider, 1)
end

-- Why this holder may not write, or nil: its fence must be the job's, and above what was revoked. A cycle that ends revokes
-- every fence, and only jobs of the cycle that goes on are claimed; so no holder of another generation comes this far.
local function refusal(id, fence)
  local job = redis.call('HMGET', job_key(id), 'fence', 'kind')
  if job[1] ~= fence then return 'lost' end
  local state = redis.call('HMGET', provider_key(id), 'floor', 'next')
  if number(fence) <= number(state[1]) then return 'revoked' end
  -- The next cycle gave way to one that was over, without an end of its own.
  if job[2] == 'cycle' and state[2] ~= id then return 'revoked' end
  return nil
end

-- A fence that nobody has, not even who was given one that Redis has lost since, in a failover or by a backup that was put back;
-- but its clock must not have been set back as well.
local function raise_fence(provider)
  local above = math.max(number(redis.call('HGET', provider, 'fence')) + 1, now() * 1000)
  local fence = string.format('%.0f', above)
  redis.call('HSET', provider, 'fence', fence)
  return fence
end

-- Takes the lease of a holder that goes on no more, and its fence: a write of its own that arrives late is refused.
local function unlease(id)
  redis.call('HDEL', job_key(id), 'fence')
  return redis.call('ZREM', leased, id) == 1
end

-- Until when the source asks for no calls. If the clock was set back since, the rest is cut to what the source asked for.
local function held_until(provider, till, asked, time)
  local longest = tonumber(asked)
  if not longest or number(till) <= time + longest then return number(till) end
  redis.call('HSET', provider, 'calls_until', string.format('%.0f', time + longest))
  return time + longest
end

-- What a provider waits for, for people: a reason and until when.
local function waits(provider, reason, due)
  redis.call('HSET', provider, 'waits', reason, 'due', due)
end

-- Puts the cycle of this generation into the provider's history: one entry a cycle, 50 at most. One that was over and went on
-- (a held sweep, dead jobs that ran again) gets its last end.
local function record(provider, outcome, reason)
  local state = redis.call('HMGET', provider, 'generation', 'started', 'pages', 'marked', 'added', 'changed', 'unchanged',
    'removed', 'rejected', 'duplicates', 'unmodified', 'known_at_start', 'shrunk')
  local history = provider .. ':history'
  local newest = redis.call('XREVRANGE', history, '+', '-', 'COUNT', 1)[1]
  if newest and newest[2][2] == state[1] then redis.call('XDEL', history, newest[1]) end
  redis.call('XADD', history, 'MAXLEN', 50, '*', 'generation', state[1], 'outcome', outcome, 'reason', reason or '',
    'started', state[2] or 0, 'ended', string.format('%.0f', now()), 'pages', state[3] or 0, 'marked', state[4] or 0,
    'added', state[5] or 0, 'changed', state[6] or 0, 'unchanged', state[7] or 0, 'removed', state[8] or 0,
    'rejected', state[9] or 0, 'duplicates', state[10] or 0, 'unmodified', state[11] or 0,
    'known', state[12] or 0, 'shrunk', state[13] or 0)
  -- Each end, for good, whatever becomes of the entry: what is counted never falls. 'completed' stands where a sweep ends.
  if outcome ~= 'completed' then redis.call('HINCRBY', provider, 'ended_' .. outcome, 1) end
end

-- No sweep is held any more.
local function forget_held(provider)
  redis.call('HDEL', provider, 'held', 'held_unmarked', 'held_known', 'held_misses')
end

-- The refs that the last whole cycle missed, of a provider that removes after two misses (`misses`). The field `missed` stands as
-- long as there may be any: who marks or removes a ref looks here too then, and only then.
local function missed_key(provider) return provider .. ':missed' end

-- The cycle that goes on, if any, ends because a person said so.
local function record_cancelled(provider, reason)
  if redis.call('HGET', provider, 'open') then record(provider, 'cancelled', reason) end
end

-- No cycle is next any more. Its job goes with it where it waits for its time; elsewhere it is dropped when it is claimed.
local function forget_next(provider)
  local id = redis.call('HGET', provider, 'next')
  redis.call('HDEL', provider, 'next')
  if id and redis.call('ZREM', delayed, id) == 1 then redis.call('DEL', job_key(id)) end
end

-- What is left of a cycle that is over, and those that run could not claim to drop.
local function forget_newer(provider)
  for _, id in ipairs(redis.call('ZRANGE', delayed, newer, '+inf', 'BYSCORE', 'LIMIT', 0, 1000)) do
    if provider_key(id) == provider then
      redis.call('ZREM', delayed, id)
      redis.call('DEL', job_key(id))
    end
  end
end

-- Ends whatever cycle goes on, through the fence, and puts the first job of the next one at `due` (now or before: at
-- once), in place of the one that was next before.
local function schedule(provider, id, due, reason)
  forget_next(provider)
  forget_newer(provider)
  local fence = redis.call('HGET', provider, 'fence')
  redis.call('HDEL', provider, 'open', 'throttled', 'touched_floor')
  -- No page that was read before the events of that cycle can be committed any more.
  redis.call('UNLINK', provider .. ':touched')
  redis.call('HSET', provider, 'next', id, 'floor', fence or 0)
  redis.call('HSET', job_key(id), 'kind', 'cycle', 'generation', 0, 'sequence', 0, 'v', 1)
  if due <= now() then
    redis.call('HDEL', provider, 'waits', 'due')
    enqueue(provider, id)
  else
    waits(provider, reason, due)
    delay(id, due)
  end
end

-- In which trace an entry is published: its traceparent, and its tracestate if it has one; nothing outside of one.
local function trace()
  local parent, state = string.match(ARGV[1], '^%S+ %d+ %d+ %d+ (%S+) ?(.*)$')
  return parent, state ~= '' and state or nil
end

-- A flat list of names and values, by name.
local function named(list)
  local values = {}
  for i = 1, #list, 2 do values[list[i]] = list[i + 1] end
  return values
end

-- What Redis says of a stream; nil where there is none.
local function describe(stream)
  if redis.call('EXISTS', stream) == 0 then return nil end
  return named(redis.call('XINFO', 'STREAM', stream))
end

-- How many of the entries that were ever published the stream never had, for it was deleted and made anew.
local function missing(provider, info)
  return math.max(0, number(redis.call('HGET', provider, 'published')) - (info and info['entries-added'] or 0))
end

-- Appends one entry to the deltas; `added`, `removed` and `kept`, which most have not, are JSON arrays. How many there ever were is
-- counted apart from the stream: one that was made anew has had fewer.
local function publish(provider, type, origin, job, sequence, added, removed, kept)
  redis.call('HINCRBY', provider, 'published', 1)
  local generation = redis.call('HGET', provider, 'generation')
  local fields = {'v', entry_version, 'type', type, 'provider', string.sub(provider, #KEYS[7] + 1),
    'generation', generation, 'job', job, 'sequence', sequence, 'at', string.format('%.0f', now()), 'origin', origin}
  local function add(name, value) fields[#fields + 1], fields[#fields + 2] = name, value end
  if kept then add('kept', kept) end
  add('added', added)
  add('removed', removed)
  local parent, state = trace()
  if parent then add('traceparent', parent) end
  if state then add('tracestate', state) end
  return redis.call('XADD', provider .. ':deltas', '*', unpack(fields))
end

-- Whether consumers are too far behind: the slowest group above `maxPending`, or the stream at `maxLength`.
local function behind(provider)
  local deltas = provider .. ':deltas'
  local length = redis.call('XLEN', deltas)
  if length == 0 then return false end
  local limits = redis.call('HMGET', provider, 'maxLength', 'maxPending')
  if length >= number(limits[1]) then return true end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', deltas)) do
    local state = named(group)
    -- The lag is nil when Redis cannot tell; the length is its upper bound.
    if number(state['pending']) + (tonumber(state['lag']) or length) > number(limits[2]) then return true end
  end
  return false
end

-- Takes note of whether the provider is throttled, since when, and says it.
local function throttled(provider)
  if behind(provider) then
    redis.call('HSETNX', provider, 'throttled', string.format('%.0f', now()))
    return true
  end
  redis.call('HDEL', provider, 'throttled')
  return false
end

-- The cycle is over without a sweep because a chain was given up on; the next one comes after the rest.
local function close_failed(provider, next_id, rest)
  redis.call('HSET', provider, 'status', 'failed', 'ended', now(), 'failed_at', now())
  record(provider, 'failed', redis.call('HGET', provider, 'error'))
  schedule(provider, next_id, now() + rest, 'rest')
end

-- A chain ended. The one that ends last enqueues the sweep, but never after a chain was given up on.
local function end_chain(provider, follow_up, rest)
  if redis.call('HINCRBY', provider, 'outstanding', -1) > 0 then return end
  redis.call('HDEL', provider, 'restarts')
  local state = redis.call('HMGET', provider, 'given_up', 'generation')
  if number(state[1]) > 0 then
    close_failed(provider, follow_up, rest)
  else
    redis.call('HSET', provider, 'status', 'sweeping')
    redis.call('HSET', job_key(follow_up), 'kind', 'sweep', 'generation', state[2], 'sequence', 0, 'v', 1)
    enqueue(provider, follow_up)
  end
end
