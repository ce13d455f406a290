-- What a live event does to a provider; it is put before the scripts that apply one.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 touched  13 rejected
--      14 ids  15 owners

-- Only a page that can still be committed may have been read before: one of an open cycle that nobody stopped. Of more than
-- 100,000 names the oldest go, and a page that was read before their events is read again.
local function touch(state, names, sequence)
  if not state[3] or state[4] then return end
  local scores = {}
  for i, name in ipairs(names) do
    scores[2 * i - 1] = sequence
    scores[2 * i] = name
  end
  redis.call('ZADD', KEYS[12], unpack(scores))
  local excess = redis.call('ZCARD', KEYS[12]) - 100000
  if excess <= 0 then return end
  local gone = redis.call('ZPOPMIN', KEYS[12], math.min(excess, 2000))
  redis.call('HSET', KEYS[8], 'touched_floor', gone[#gone])
end

-- Marks what is added, forgets what is removed, notes what is rejected, and publishes what that changes. ARGV from `first` on:
-- refs added, their digests, their bodies, refs removed; of each rejected: ref, reason, excerpt. At most 500 of
-- each. `state` is what the provider's hash says of generation, previous, open, paused, publish, changes, status and
-- missed; `given` the key of a provider whose key is not kept yet.
local function apply(state, given, first, added, removed, rejected)
  local provider = KEYS[8]
  local digests, items = first + added, first + 2 * added
  local leaving, failures = first + 3 * added, first + 3 * added + removed
  local sequence = redis.call('HINCRBY', provider, 'events', 1)

  local changed, gone, relocated = {}, {}, {}
  if added > 0 then
    local refs = {unpack(ARGV, first, first + added - 1)}
    local stored, pairs, fresh = redis.call('HMGET', KEYS[11], unpack(refs)), {}, {}
    local key = redis.call('HGET', provider, 'location') or given
    for i, ref in ipairs(refs) do
      local digest = ARGV[digests + i - 1]
      if stored[i] ~= digest then
        changed[#changed + 1] = '{"entity":' .. ARGV[items + i - 1] .. ',"locationKey":' .. key .. '}'
        fresh[#fresh + 1] = ref
        pairs[#pairs + 1] = ref
        pairs[#pairs + 1] = digest
      end
    end
    relocated = relocate(provider, fresh, {KEYS[9], KEYS[10], state[8] and missed_key(provider)})
    redis.call('SREM', KEYS[10], unpack(refs))
    if state[8] then redis.call('SREM', missed_key(provider), unpack(refs)) end
    redis.call('SADD', KEYS[9], unpack(refs))
    if state[5] ~= 'all' and #pairs > 0 then redis.call('HSET', KEYS[11], unpack(pairs)) end
    touch(state, refs, sequence)
  end
  if removed > 0 then
    local refs = {unpack(ARGV, leaving, leaving + removed - 1)}
    for _, ref in ipairs(refs) do
      local known = redis.call('SREM', KEYS[9], ref) + redis.call('SREM', KEYS[10], ref)
      if state[8] then known = known + redis.call('SREM', missed_key(provider), ref) end
      if known > 0 then gone[#gone + 1] = ref end
    end
    gone = removals(provider, gone, given)
    redis.call('HDEL', KEYS[11], unpack(refs))
    if state[6] then disown(KEYS[14], KEYS[15], refs) end
    touch(state, refs, sequence)
  end
  -- What is known of a rejected entity stays as it is.
  for i = 0, rejected - 1 do
    local at = failures + 3 * i
    redis.call('XADD', KEYS[13], 'MAXLEN', '~', 1000, '*', 'generation', state[1], 'entityRef', ARGV[at],
      'reason', ARGV[at + 1], 'entity', ARGV[at + 2])
  end
  local function tell(number, added, removed)
    if #added + #removed == 0 then return end
    publish(provider, 'delta', 'event', 'event', number, '[' .. table.concat(added, ',') .. ']',
      '[' .. table.concat(removed, ',') .. ']')
  end
  if #relocated == 0 then
    tell(sequence, changed, gone)
  else
    -- Together they may be more than an entry removes.
    tell(sequence, changed, relocated)
    if #gone > 0 then tell(redis.call('HINCRBY', provider, 'events', 1), {}, gone) end
  end
  return #changed, added - #changed, #gone, sequence
end
