-- Takes back expired leases, promotes due jobs, pops up to COUNT of them, raises the fence of each and leases it.
--
-- ARGV 2 count (0 only passes a wake marker on)  3 lease, ms  4 how many stalls in a row send a job to a pause
--      5 that pause, ms  6 a throttled job's pause, ms
-- Reply [ms until something is due or -1, [id, kind, generation, previous, fence, sequence, attempts, pages, cursor,
--        event sequence], …]
-- Promise: an id is in one place before and after. At most 100 leases, 100 due jobs and 200 ready ones are looked at.
--          A job of another generation than its provider's is dropped here, which makes cancelling cost nothing.
local count, lease = tonumber(ARGV[2]), tonumber(ARGV[3])
local time = now()

for _, id in ipairs(redis.call('ZRANGEBYSCORE', leased, '-inf', time, 'LIMIT', 0, 100)) do
  local provider, job = provider_key(id), job_key(id)
  redis.call('ZREM', leased, id)
  if redis.call('EXISTS', job) == 0 then
    leave(provider)
  else
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
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', time, 'LIMIT', 0, 100)) do
  redis.call('ZREM', delayed, id)
  enqueue(provider_key(id), id)
end

local claimed = {}
local looked = 0
while #claimed < count and looked < 200 do
  local id = redis.call('LPOP', ready)
  if not id then break end
  looked = looked + 1
  local provider, key = provider_key(id), job_key(id)
  local job = redis.call('HMGET', key, 'kind', 'generation', 'sequence', 'attempts', 'pages', 'cursor')
  local state = redis.call('HMGET', provider, 'generation', 'open', 'paused', 'next', 'throttled', 'events', 'previous')
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
  elseif job[1] ~= 'cycle' and state[5] and throttled(provider) then
    waits(provider, 'throttled', time + tonumber(ARGV[6]))
    delay(id, time + tonumber(ARGV[6]))
    leave(provider)
  else
    local fence = redis.call('HINCRBY', provider, 'fence', 1)
    redis.call('HSET', key, 'fence', fence)
    redis.call('HINCRBY', key, 'deliveries', 1)
    redis.call('ZADD', leased, time + lease, id)
    claimed[#claimed + 1] = {
      id, job[1], number(state[1]), number(state[7]), fence, number(job[3]), number(job[4]), number(job[5]),
      job[6], number(state[6])
    }
  end
end

local due = -1
if redis.call('LLEN', ready) > 0 then
  signal()
  -- It stopped at its bound, among jobs to drop: there is more for this worker.
  if #claimed < count then due = 0 end
end
for _, key in ipairs({delayed, leased}) do
  local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if head[2] then
    local left = math.max(0, tonumber(head[2]) - time)
    if due < 0 or left < due then due = left end
  end
end
return {due, claimed}
