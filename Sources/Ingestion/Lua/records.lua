-- Which record of the source each entity was made from, where a provider's changes are polled: a hash from the record's id to its
-- refs, and one from the ref to the id, which always say the same. It is put before the scripts that change them.

-- Takes refs out of what is kept of one record.
local function leave_record(ids, id, refs)
  local leaving, staying = {}, {}
  for _, ref in ipairs(refs) do leaving[ref] = true end
  for ref in string.gmatch(redis.call('HGET', ids, id) or '', '%S+') do
    if not leaving[ref] then staying[#staying + 1] = ref end
  end
  if #staying == 0 then redis.call('HDEL', ids, id) else redis.call('HSET', ids, id, table.concat(staying, ' ')) end
end

local function group(groups, id, ref)
  groups[id] = groups[id] or {}
  table.insert(groups[id], ref)
end

-- Notes from which record each ref was made, whatever record had it before; '' is none. At most 500.
local function own(ids, owners, refs, records)
  local before, leaving, joining = redis.call('HMGET', owners, unpack(refs)), {}, {}
  for i, ref in ipairs(refs) do
    if records[i] ~= '' and before[i] ~= records[i] then
      if before[i] then group(leaving, before[i], ref) end
      group(joining, records[i], ref)
    end
  end
  for id, gone in pairs(leaving) do leave_record(ids, id, gone) end
  for id, new in pairs(joining) do
    local kept, text = redis.call('HGET', ids, id), table.concat(new, ' ')
    if kept then text = kept .. ' ' .. text end
    -- A record of a thousand entities and more is no record that a feed could tell of: what is beyond is left to the cycles.
    if #text <= 65536 then
      redis.call('HSET', ids, id, text)
      for _, ref in ipairs(new) do redis.call('HSET', owners, ref, id) end
    else
      redis.call('HDEL', owners, unpack(new))
    end
  end
end

-- Forgets refs that are known no more. At most 500.
local function disown(ids, owners, refs)
  local leaving = {}
  for i, id in ipairs(redis.call('HMGET', owners, unpack(refs))) do
    if id then group(leaving, id, refs[i]) end
  end
  for id, gone in pairs(leaving) do leave_record(ids, id, gone) end
  redis.call('HDEL', owners, unpack(refs))
end
