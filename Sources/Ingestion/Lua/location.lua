-- The location key under which each ref is published; it is put before the scripts that publish refs or take them away.
--
-- It is the provider's (`location`). Once that was changed, refs are under the one before (`location_base`) until they are published
-- again; `…:locations` has those that are under neither. `…:locations-kept` has those that this cycle met and did not publish, since
-- they were rejected. Keys are kept as JSON strings.
--
-- A catalog tells by this key whose an entity is: a removal has the key of the addition. So the entry that publishes a ref under
-- another key removes it under the old one, too. Within an entry removals come first.

local function removal(ref, key) return '{"entityRef":"' .. ref .. '","locationKey":' .. key .. '}' end

-- The items that remove refs, at most 1,000. `given` is the key of a provider whose key is not kept yet.
local function removals(provider, refs, given)
  local state = redis.call('HMGET', provider, 'location', 'location_base')
  local locations, kept = provider .. ':locations', provider .. ':locations-kept'
  local keys, items = {}, {}
  if state[2] and #refs > 0 then
    keys = redis.call('HMGET', locations, unpack(refs))
    redis.call('HDEL', locations, unpack(refs))
    redis.call('HDEL', kept, unpack(refs))
  end
  for i, ref in ipairs(refs) do items[i] = removal(ref, keys[i] or state[2] or state[1] or given) end
  return items
end

-- Notes that refs, at most 500, are published under the provider's key, and gives the items that remove those that the sets
-- have under another. To be called before they are marked.
local function relocate(provider, refs, sets)
  local state = redis.call('HMGET', provider, 'location', 'location_base')
  if not state[2] or #refs == 0 then return {} end
  local locations = provider .. ':locations'
  local keys, known, items, moved = redis.call('HMGET', locations, unpack(refs)), {}, {}, {}
  for _, set in ipairs(sets) do
    if not set then break end
    for i, isMember in ipairs(redis.call('SMISMEMBER', set, unpack(refs))) do known[i] = known[i] or isMember == 1 end
  end
  for i, ref in ipairs(refs) do
    local key = keys[i] or state[2]
    if known[i] and key ~= state[1] then items[#items + 1] = removal(ref, key) end
    moved[2 * i - 1], moved[2 * i] = ref, state[1]
  end
  if state[1] == state[2] then
    redis.call('HDEL', locations, unpack(refs))
  else
    redis.call('HSET', locations, unpack(moved))
  end
  redis.call('HDEL', provider .. ':locations-kept', unpack(refs))
  return items
end

-- A known ref was met and not published: it stays under the key that it has.
local function keep_location(provider, ref)
  local state = redis.call('HMGET', provider, 'location', 'location_base')
  if not state[2] then return end
  local key = redis.call('HGET', provider .. ':locations', ref) or state[2]
  if key ~= state[1] then redis.call('HSET', provider .. ':locations-kept', ref, key) end
end

-- A cycle that began after the key was changed has met all that is known: all is under the provider's key, but what it kept.
local function settle_locations(provider)
  local state = redis.call('HMGET', provider, 'location', 'location_base', 'location_generation', 'generation')
  if not state[2] or number(state[4]) < number(state[3]) then return end
  local locations, kept = provider .. ':locations', provider .. ':locations-kept'
  redis.call('UNLINK', locations)
  if redis.call('EXISTS', kept) == 1 then
    redis.call('RENAME', kept, locations)
    redis.call('HSET', provider, 'location_base', state[1])
  else
    redis.call('HDEL', provider, 'location_base', 'location_generation')
  end
end
