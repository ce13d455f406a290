-- Takes back expired leases, promotes due jobs, pops up to COUNT of them, raises the fence of each and leases it.
--
-- ARGV 2 count (0 only passes a wake marker on)  3 lease, ms  4 how many stalls in a row send a job to a pause
--      5 that pause, ms  6 a throttled job's pause, ms  7 id of the worker, as it registered its plans
-- Reply [ms until something is due or -1, [[id, kind, generation, previous, fence, sequence, attempts, pages, cursor,
--        event sequence, ms for which the source asked for no calls], …], [[id, problem], …]]: jobs claimed, and those
--        that cannot be, which wait for the pause
-- Promise: an id is in one place before and after. At most 100 leases, 100 due jobs and 200 ready ones are looked at.
--          A job of another generation than its provider's is dropped here, which makes cancelling cost nothing.
--          A job whose hash, or whose provider's, somebody else has spoiled does not stop the others.
--          One of a newer version than the caller knows is changed in nothing but its place: it waits in delayed, and takes none of
--          its provider's places, until one claims that knows it, which is woken.
--          One whose provider's plan the worker does not have is changed in nothing but its place: it goes to the provider's
--          waiting jobs. A worker that has the plan is woken, and takes it before all that is ready.
local count, lease, knows = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(job_version)
local time = now()

local spoiled = {}
local function guarded(id, step)
  local ok, problem = pcall(step, id)
  if ok then return end
  redis.call('ZREM', leased, id)
  redis.call('ZADD', delayed, time + tonumber(ARGV[5]), id)
  local reason = type(problem) == 'table' and problem.err or tostring(problem)
  local text = 'job ' .. id .. ' cannot be taken, see its hash ' .. job_key(id) .. ' and its provider\'s: ' .. reason
  spoiled[#spoiled + 1] = {id, text}
  pcall(function()
    local provider = provider_key(id)
    if redis.call('EXISTS', provider) == 1 then redis.call('HSET', provider, 'error', text, 'error_at', time) end
  end)
end

local function take_back(id)
  local provider, job = provider_key(id), job_key(id)
  redis.call('ZREM', leased, id)
  if redis.call('EXISTS', job) == 0 then return leave(provider) end
  -- The fence rises now, not at the next claim, so the holder that stalled fails from here on.
  redis.call('HSET', job, 'fence', redis.call('HINCRBY', provider, 'fence', 1))
  local stalls = redis.call('HINCRBY', job, 'stalls', 1)
  redis.call('HINCRBY', provider, 'stalls', 1)
  if stalls % tonumber(ARGV[4]) == 0 then
    local text = 'the worker died or froze ' .. stalls .. ' times in a row on this page'
    redis.call('HSET', job, 'error', text)
    redis.call('HSET', provider, 'error', text, 'error_at', time)
    waits(provider, 'backoff', time + tonumber(ARGV[5]))
    delay(id, time + tonumber(ARGV[5]))
    leave(provider)
  else
    redis.call('LPUSH', ready, id)
  end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', leased, '-inf', time, 'LIMIT', 0, 100)) do guarded(id, take_back) end

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
  local job = redis.call('HMGET', key, 'kind', 'generation', 'sequence', 'attempts', 'pages', 'cursor', 'v')
  local version = number(job[7])
  if version > knows then
    redis.call('ZADD', delayed, version * newer, id)
    wake_newer(version)
    return leave(provider)
  end
  local state = redis.call('HMGET', provider, 'generation', 'open', 'paused', 'next', 'throttled', 'events', 'previous',
    'calls_until', 'due', 'plan')
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
    redis.call('HINCRBY', provider, 'active', -1)
    redis.call('RPUSH', provider .. ':waiting', id)
  elseif not has_plan(provider, state[10]) then
    redis.call('HINCRBY', provider, 'active', -1)
    redis.call('RPUSH', provider .. ':waiting', id)
    redis.call('ZADD', aside, 0, string.sub(provider, #KEYS[7] + 1))
    if state[10] then wake_planned(state[10]) end
  elseif job[1] ~= 'cycle' and state[5] and throttled(provider) then
    waits(provider, 'throttled', time + tonumber(ARGV[6]))
    delay(id, time + tonumber(ARGV[6]))
    leave(provider)
  else
    for i, field in ipairs({'sequence', 'attempts', 'pages'}) do
      if job[i + 2] and not tonumber(job[i + 2]) then error('its ' .. field .. ' is no number', 0) end
    end
    if job[6] and #job[6] > 1048576 then error('its cursor has ' .. #job[6] .. ' bytes', 0) end
    local fence = redis.call('HINCRBY', provider, 'fence', 1)
    redis.call('HSET', key, 'fence', fence)
    redis.call('HINCRBY', key, 'deliveries', 1)
    redis.call('ZADD', leased, time + lease, id)
    -- What it waited for has come.
    if state[9] and number(state[9]) <= time then redis.call('HDEL', provider, 'waits', 'due') end
    claimed[#claimed + 1] = {
      id, job[1], number(state[1]), number(state[7]), fence, number(job[3]), number(job[4]), number(job[5]),
      job[6], number(state[6]), math.max(0, math.ceil(number(state[8]) - time))
    }
  end
end

local looked = 0
while #claimed < count and looked < 200 do
  local id = redis.call('LPOP', ready)
  if not id then break end
  looked = looked + 1
  guarded(id, take)
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
