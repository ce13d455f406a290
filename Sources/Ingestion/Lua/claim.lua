#!lua flags=allow-oom
-- Takes back expired leases, promotes due jobs, pops up to COUNT of them, raises the fence of each and leases it.
--
-- ARGV 2 count (0 only passes a wake marker on)  3 lease, ms  4 how many stalls in a row set a job aside
--      5 pause of a job that cannot be claimed, and of one that is set aside if its provider has no backoff, ms
--      6 a throttled job's pause, ms  7 id of the worker, as it registered its plans
-- Reply [ms until something is due or -1, [[id, kind, generation, previous, fence, sequence, attempts, pages, cursor,
--        event sequence, ms for which the source asked for no calls, 1 when a kept page named the cursor], …],
--        [[id, problem], …]]: jobs claimed, and those that cannot be, which wait for the pause
-- Promise: an id is in one place before and after. At most 100 leases, 100 due jobs and 200 ready ones are looked at.
--          A job of another generation than its provider's is dropped here, which makes cancelling cost nothing.
--          A job whose hash, or whose provider's, somebody else has spoiled does not stop the others, and gives its place up.
--          A lease or a pause that ends later than its length from now, because the clock was set back, is cut to its length:
--          of each kind the five that end last are looked at, and five other pauses.
--          A page that stalls again and again is set aside, for its provider's backoff, each time for longer. After that one
--          stall is enough. It is never given up.
--          One of a newer version than the caller knows is changed in nothing but its place: it waits in delayed, and takes none of
--          its provider's places, until one claims that knows it, which is woken.
--          One whose provider's plan the worker does not have is changed in nothing but its place: it goes to the provider's
--          waiting jobs. A worker that has the plan is woken, and takes it before all that is ready.
-- Full: runs; it moves ids and writes fields of fixed size, and without it nothing could be swept.
local count, lease, knows = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(job_version)
local time = now()

local function cut(id, key, ends, length)
  if not length or ends <= time + length then return end
  redis.call('ZADD', key, time + length, id)
  local provider = provider_key(id)
  -- What people see of it.
  if number(redis.pcall('HGET', provider, 'due')) == ends then redis.call('HSET', provider, 'due', time + length) end
end

local function noted(id, field) return tonumber(redis.pcall('HGET', job_key(id), field) or '') end

local held = redis.call('ZRANGE', leased, '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 5, 'WITHSCORES')
for i = 1, #held, 2 do
  cut(held[i], leased, tonumber(held[i + 1]), noted(held[i], 'lease') or lease)
end

local function cut_pauses(from, to)
  local pauses = redis.call('ZRANGE', delayed, from, to, 'WITHSCORES')
  for i = 1, #pauses, 2 do
    local due = tonumber(pauses[i + 1])
    if due < newer then cut(pauses[i], delayed, due, noted(pauses[i], 'delay')) end
  end
end

-- Among pauses that may be long, one that is too long is not the longest: so some are looked at anywhere.
local pauses = redis.call('ZCOUNT', delayed, '-inf', newer - 1)
if pauses > 0 then
  local some = time % 1000003 * 7919 % pauses
  cut_pauses(some, some + 4)
  cut_pauses(math.max(0, pauses - 5), pauses - 1)
end

-- `hasPlace`: it is one of its provider's ready or leased jobs.
local spoiled = {}
local function guarded(id, step, hasPlace)
  local ok, problem = pcall(step, id)
  if ok then return end
  redis.call('ZREM', leased, id)
  redis.call('ZADD', delayed, time + tonumber(ARGV[5]), id)
  local reason = type(problem) == 'table' and problem.err or tostring(problem)
  local text = 'job ' .. id .. ' cannot be taken, see its hash ' .. job_key(id) .. ' and its provider\'s: ' .. reason
  spoiled[#spoiled + 1] = {id, text}
  pcall(function()
    local provider = provider_key(id)
    if redis.call('EXISTS', provider) == 0 then return end
    redis.call('HSET', provider, 'error', text, 'error_at', time)
    if hasPlace then leave(provider) end
  end)
  pcall(function()
    if redis.call('EXISTS', job_key(id)) == 1 then redis.call('HSET', job_key(id), 'delay', ARGV[5]) end
  end)
end

-- For how long a job is set aside for the time that `times` says.
local function backoff(provider, times)
  local pause = tonumber(ARGV[5])
  for text in string.gmatch(redis.call('HGET', provider, 'backoff') or '', '%d+') do
    pause, times = tonumber(text), times - 1
    if times == 0 then break end
  end
  return pause
end

local function take_back(id)
  local provider, job = provider_key(id), job_key(id)
  redis.call('ZREM', leased, id)
  if redis.call('EXISTS', job) == 0 then return leave(provider) end
  -- The fence rises now, not at the next claim, so the holder that stalled fails from here on.
  redis.call('HSET', job, 'fence', raise_fence(provider))
  local stalls = redis.call('HINCRBY', job, 'stalls', 1)
  redis.call('HINCRBY', provider, 'stalls', 1)
  if stalls < tonumber(ARGV[4]) then
    redis.call('LPUSH', ready, id)
    return
  end
  local times = redis.call('HINCRBY', job, 'set_aside', 1)
  local due = time + backoff(provider, times)
  local text = 'the worker died or froze ' .. stalls .. ' times in a row on this page, so it is set aside'
  redis.call('HSET', job, 'error', text)
  redis.call('HSET', provider, 'error', text, 'error_at', time, 'set_aside', times)
  waits(provider, 'backoff', due)
  delay(id, due)
  leave(provider)
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', leased, '-inf', time, 'LIMIT', 0, 100)) do
  guarded(id, take_back, true)
end

local function promote(id)
  redis.call('ZREM', delayed, id)
  enqueue(provider_key(id), id)
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', time, 'LIMIT', 0, 100)) do guarded(id, promote) end

-- Only a marker of their own reaches those that know such jobs.
local function wake_newer(version) redis.call('ZADD', wake .. ':' .. version, 0, 'wake') end

local function recall(id)
  redis.call('ZREM', delayed, id)
  enqueue(provider_key(id), id, true)
end

-- With their due times; there are none where no version was ever raised.
local function set_aside(most)
  if knows == 1 then return {} end
  return redis.call('ZRANGEBYSCORE', delayed, newer, knows * newer, 'WITHSCORES', 'LIMIT', 0, most)
end

local recalled = set_aside(math.min(count, 100))
for i = 1, #recalled, 2 do guarded(recalled[i], recall) end

-- Whether this worker has the plan of a provider: only then may it read the provider's cursors.
local has = {}
local function has_plan(provider, plan)
  if has[provider] == nil then
    has[provider] = plan and redis.call('ZSCORE', provider .. ':workers', plan .. ' ' .. ARGV[7]) and true or false
  end
  return has[provider]
end

-- Names of providers with waiting jobs that a worker without their plan put there.
local aside = KEYS[6] .. 'jobs:aside'

-- Only a marker of their own reaches those that have the plan. Nobody waits for it longer than a few seconds.
local function wake_planned(plan)
  redis.call('ZADD', wake .. ':' .. plan, 0, 'wake')
  redis.call('PEXPIRE', wake .. ':' .. plan, 60000)
end

local room = count
local function take_aside(name)
  local provider = KEYS[7] .. name
  local state = redis.call('HMGET', provider, 'active', 'concurrency', 'paused', 'plan')
  if state[2] and not has_plan(provider, state[4]) then return end
  local free = state[3] and 0 or number(state[2]) - number(state[1])
  local moved = {}
  while #moved < math.min(free, room) do
    local id = redis.call('LPOP', provider .. ':waiting')
    if not id then break end
    moved[#moved + 1] = id
  end
  for i = #moved, 1, -1 do redis.call('LPUSH', ready, moved[i]) end
  if #moved > 0 then redis.call('HINCRBY', provider, 'active', #moved) end
  room = room - #moved
  -- Beyond its places, what ends makes room for what waits.
  if free <= #moved or redis.call('LLEN', provider .. ':waiting') == 0 then
    redis.call('ZREM', aside, name)
  else
    wake_planned(state[4])
  end
end

-- A part of them, another each second, where they are very many. A spoiled provider keeps nobody from the others.
local first = math.floor(time / 1000) % math.max(1, redis.call('ZCARD', aside) - 99)
for _, name in ipairs(redis.call('ZRANGE', aside, first, first + 99)) do pcall(take_aside, name) end

local claimed = {}
local function take(id)
  local provider, key = provider_key(id), job_key(id)
  local job = redis.call('HMGET', key, 'kind', 'generation', 'sequence', 'attempts', 'pages', 'cursor', 'v', 'led')
  local version = number(job[7])
  if version > knows then
    redis.call('ZADD', delayed, version * newer, id)
    wake_newer(version)
    return leave(provider)
  end
  local state = redis.call('HMGET', provider, 'generation', 'open', 'paused', 'next', 'throttled', 'events', 'previous',
    'calls_until', 'due', 'calls_for', 'plan')
  local current
  if job[1] == 'cycle' then
    current = state[4] == id
  else
    current = job[1] and state[2] and job[2] == state[1]
  end
  if not current then
    redis.call('DEL', key)
    leave(provider)
  elseif state[3] then
    redis.call('RPUSH', provider .. ':waiting', id)
    redis.call('HINCRBY', provider, 'active', -1)
  elseif not has_plan(provider, state[11]) then
    redis.call('RPUSH', provider .. ':waiting', id)
    redis.call('HINCRBY', provider, 'active', -1)
    redis.call('ZADD', aside, 0, string.sub(provider, #KEYS[7] + 1))
    if state[11] then wake_planned(state[11]) end
  elseif job[1] ~= 'cycle' and state[5] and throttled(provider) then
    waits(provider, 'throttled', time + tonumber(ARGV[6]))
    delay(id, time + tonumber(ARGV[6]))
    leave(provider)
  else
    for i, field in ipairs({'sequence', 'attempts', 'pages'}) do
      if job[i + 2] and not tonumber(job[i + 2]) then error('its ' .. field .. ' is no number', 0) end
    end
    if job[6] and #job[6] > 1048576 then error('its cursor has ' .. #job[6] .. ' bytes', 0) end
    local fence = raise_fence(provider)
    redis.call('HSET', key, 'fence', fence, 'lease', lease)
    redis.call('HINCRBY', key, 'deliveries', 1)
    redis.call('ZADD', leased, time + lease, id)
    -- What it waited for has come.
    if state[9] and number(state[9]) <= time then redis.call('HDEL', provider, 'waits', 'due') end
    claimed[#claimed + 1] = {
      id, job[1], number(state[1]), number(state[7]), tonumber(fence), number(job[3]), number(job[4]), number(job[5]),
      job[6], number(state[6]), math.max(0, math.ceil(held_until(provider, state[8], state[10], time) - time)),
      number(job[8])
    }
  end
end

local looked = 0
while #claimed < count and looked < 200 do
  local id = redis.call('LPOP', ready)
  if not id then break end
  looked = looked + 1
  guarded(id, take, true)
end

local due = -1
if redis.call('LLEN', ready) > 0 then
  signal()
  -- It stopped at its bound, among jobs to drop: there is more for this worker.
  if #claimed < count then due = 0 end
end
local left = set_aside(1)
if left[2] then wake_newer(left[2] / newer) end
for _, key in ipairs({delayed, leased}) do
  local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if head[2] then
    local left = math.max(0, tonumber(head[2]) - time)
    if due < 0 or left < due then due = left end
  end
end
return {due, claimed, spoiled}
