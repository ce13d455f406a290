#!lua
-- Commits a part of a page, at most 500 entities: marks, digests, the delta, the next cursor, the counters, the lease.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 touched  13 rejected
--      14 validators  15 those of the cycle before  16 ids  17 owners
-- ARGV 2 id  3 fence  4 sequence  5 lease, ms  6 event sequence before the page was read  7 rest, ms
--      8 id of a job for what follows the last chain  9 duplicates in the page
--      10 next cursors: -1 the page goes on in another part, 0 the chain ends, 1 it continues, more: it forks
--      11 entities to publish  12 entities unchanged  13 entities rejected  14 JSON array of those to publish
--      15 whether ids of records come (1, 0)  16 how many records the page says there are in all, else ''
--      17 entities of the page that are left out, since a live event overtook them
--      18… refs to publish, refs unchanged, digests to publish, digests unchanged; of each rejected: ref, reason,
--      excerpt; where they come, in the order of the refs the id of the source's record that each was made from, '' for
--      none; of each next cursor: a job id (unused when there is one cursor), the cursor; of a page to keep, beside its next
--      cursors: its name, its record, empty for a page that the source says is as it was kept
-- Reply ['ok', throttled, event sequence, added, changed, refs moved or added, the total of the page before in the chain if
--       this one's is less, else -1] · ['duplicate', throttled, event sequence]
--       ['retry', indexes that a live event overtook, indexes of unchanged ones whose digest is another], from 1, over
--       both kinds of refs, nothing was written · ['reread', event sequence], the page was read before events of which
--       the names are kept no more: nothing was written · ['circle', which of the next cursors the chain has had] ·
--       ['chains', chains that are open], a fork into more is refused: nothing was written · ['lost'] · ['revoked']
-- Promise: all or nothing, once for a sequence: there is no moment at which a cursor has advanced and its entities are not
--          published. Digests are kept as the provider is registered, whatever this worker's configuration says.
--          A job has the version of whoever stored its cursor. A page's record is written with the last of its entities, and
--          is in one of the two hashes. A chain that is led in a circle is found within three times the circle's length.
-- Full: a part that publishes, rejects or forks waits; one that only marks runs (see Scripts.swift).
local id, fence, sequence, provider = ARGV[2], ARGV[3], tonumber(ARGV[4]), KEYS[8]
local refused = refusal(id, fence)
if refused then return {refused} end
local key = job_key(id)
local state = redis.call('HMGET', provider, 'events', 'publish', 'changes', 'missed', 'touched_floor', 'outstanding',
  'redis_error', 'location_base')
local events = number(state[1])
local job = redis.call('HMGET', key, 'kind', 'sequence', 'attempts', 'total', 'pages', 'anchor', 'set_aside')
if job[1] ~= 'page' then return {'lost'} end
local applied = number(job[2])
if sequence <= applied then return {'duplicate', throttled(provider) and 1 or 0, events} end
if sequence ~= applied + 1 then return {'lost'} end

local next, published, unchanged, rejected = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local count = published + unchanged
local refs, digests, failures, records = 18, 18 + count, 18 + 2 * count, 18 + 2 * count + 3 * rejected
local cursors = ARGV[15] == '1' and records + count or records
local hasRecords = count > 0 and state[3] and ARGV[15] == '1'

if count > 0 and tonumber(ARGV[6]) < number(state[5]) then return {'reread', events} end

-- Brent's algorithm: of a chain one cursor is remembered, as a digest, and another each time that its pages reach a power of
-- two. A circle comes back to it, whatever its length. Forks inherit it: what leads to them is their chain, too.
local depth = number(job[5]) + 1
local isAnchored = math.frexp(depth) == 0.5
local anchors = {}
for i = 1, next do
  anchors[i] = redis.sha1hex(ARGV[cursors + 2 * i - 1])
  if anchors[i] == job[6] then return {'circle', i} end
end
if next > 1 and number(state[6]) - 1 + next > 100000 then return {'chains', number(state[6])} end

local overtaken, outdated = {}, {}
if count > 0 and redis.call('EXISTS', KEYS[12]) == 1 then
  local before = tonumber(ARGV[6])
  for i, score in ipairs(redis.call('ZMSCORE', KEYS[12], unpack(ARGV, refs, refs + count - 1))) do
    if score and tonumber(score) > before then overtaken[#overtaken + 1] = i end
  end
  -- Of a record that was told of since, no older page knows which entities it makes.
  if hasRecords and #overtaken == 0 then
    local names = {}
    for i = 1, count do names[i] = '#' .. ARGV[records + i - 1] end
    for i, score in ipairs(redis.call('ZMSCORE', KEYS[12], unpack(names))) do
      if number(score) > before then overtaken[#overtaken + 1] = i end
    end
  end
end
if unchanged > 0 then
  local stored = redis.call('HMGET', KEYS[11], unpack(ARGV, refs + published, refs + count - 1))
  for i = 1, unchanged do
    if stored[i] ~= ARGV[digests + published + i - 1] then outdated[#outdated + 1] = published + i end
  end
end
if #overtaken > 0 or #outdated > 0 then return {'retry', overtaken, outdated} end

local relocated = {}
if state[8] then
  relocated = relocate(provider, {unpack(ARGV, refs, refs + published - 1)},
    {KEYS[9], KEYS[10], state[4] and missed_key(provider)})
end
local entered, moved = 0, 0
local listed = count + tonumber(ARGV[17])
if count > 0 then
  entered = redis.call('SADD', KEYS[9], unpack(ARGV, refs, refs + count - 1))
  moved = redis.call('SREM', KEYS[10], unpack(ARGV, refs, refs + count - 1))
  if state[4] then moved = moved + redis.call('SREM', missed_key(provider), unpack(ARGV, refs, refs + count - 1)) end
end
if hasRecords then
  own(KEYS[16], KEYS[17], {unpack(ARGV, refs, refs + count - 1)}, {unpack(ARGV, records, records + count - 1)})
end
local added = entered - moved
if published > 0 then
  if state[2] ~= 'all' then
    local pairs = {}
    for i = 0, published - 1 do
      pairs[2 * i + 1] = ARGV[refs + i]
      pairs[2 * i + 2] = ARGV[digests + i]
    end
    redis.call('HSET', KEYS[11], unpack(pairs))
  end
end
local kept = {}
for i = 0, rejected - 1 do
  local at = failures + 3 * i
  redis.call('XADD', KEYS[13], 'MAXLEN', '~', 1000, '*', 'generation', redis.call('HGET', provider, 'generation'),
    'entityRef', ARGV[at], 'reason', ARGV[at + 1], 'entity', ARGV[at + 2])
  -- The source still has it: what is known of it stays.
  if ARGV[at] ~= '' then
    entered = entered + redis.call('SMOVE', KEYS[10], KEYS[9], ARGV[at])
    if state[4] then entered = entered + redis.call('SMOVE', missed_key(provider), KEYS[9], ARGV[at]) end
    local isKnown = redis.call('SISMEMBER', KEYS[9], ARGV[at])
    listed = listed + isKnown
    if isKnown == 1 then
      keep_location(provider, ARGV[at])
      -- Nobody can have it who begins anew and reads this cycle.
      if not redis.call('HGET', KEYS[11], ARGV[at]) then kept[#kept + 1] = '"' .. ARGV[at] .. '"' end
    end
  end
end
if published + #kept > 0 then
  publish(provider, 'delta', 'burst', id, sequence, ARGV[14], '[' .. table.concat(relocated, ',') .. ']',
    #kept > 0 and '[' .. table.concat(kept, ',') .. ']' or nil)
end

local changed = math.max(0, published - math.max(0, added))
local function add(field, amount) if amount ~= 0 then redis.call('HINCRBY', provider, field, amount) end end
add('marked', entered)
add('listed', listed)
add('added', added)
add('changed', changed)
add('unchanged', unchanged)
add('rejected', rejected)
add('duplicates', tonumber(ARGV[9]))
redis.call('HSET', key, 'sequence', sequence)
redis.call('HDEL', key, 'attempts', 'stalls', 'set_aside', 'rate_limits', 'redis_errors', 'error')
-- In a row: those of the chain that failed last.
if job[3] then redis.call('HDEL', provider, 'failures') end
if job[7] then redis.call('HDEL', provider, 'set_aside') end
if state[7] then redis.call('HDEL', provider, 'redis_error', 'redis_error_at') end
redis.call('ZADD', leased, 'XX', now() + tonumber(ARGV[5]), id)

-- Now, for a cycle that ends is not throttled any more.
local slow = throttled(provider) and 1 or 0
local total, fell = ARGV[16], -1
if next >= 0 then
  add('pages', 1)
  -- Records were deleted while the list is read: those behind them have moved.
  if total ~= '' and job[4] and tonumber(total) < tonumber(job[4]) then
    fell = tonumber(job[4])
    add('shrunk', 1)
  end
  redis.call('HSET', provider, 'read_at', now())
  local page, record = ARGV[cursors + 2 * next], ARGV[cursors + 2 * next + 1]
  -- Whether the next cursors were named when the page was kept, and not just now.
  local led = record == '' and 1 or 0
  if page then
    if record == '' then
      add('unmodified', 1)
      record = redis.call('HGET', KEYS[15], page)
    end
    if record then redis.call('HSET', KEYS[14], page, record) end
    redis.call('HDEL', KEYS[15], page)
  end
  local pages = redis.call('HINCRBY', key, 'pages', 1)
  if next == 1 then
    redis.call('HSET', key, 'cursor', ARGV[cursors + 1], 'v', job_version, 'led', led)
    if isAnchored then redis.call('HSET', key, 'anchor', anchors[1]) end
    if total ~= '' then redis.call('HSET', key, 'total', total) end
  else
    add('outstanding', next)
    local generation = redis.call('HGET', key, 'generation')
    for i = 0, next - 1 do
      local child = ARGV[cursors + 2 * i]
      redis.call('HSET', job_key(child), 'kind', 'page', 'generation', generation, 'sequence', 0, 'pages', pages,
        'v', job_version, 'led', led, 'cursor', ARGV[cursors + 2 * i + 1],
        'anchor', isAnchored and anchors[i + 1] or job[6] or '')
      enqueue(provider, child)
    end
    redis.call('DEL', key)
    redis.call('ZREM', leased, id)
    leave(provider)
    end_chain(provider, ARGV[8], tonumber(ARGV[7]))
  end
end
return {'ok', slow, events, added, changed, entered, fell}
