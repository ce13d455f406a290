-- All that Redis holds, as lines that can be compared.
--
-- ARGV key of a stream of deltas, the last entry that was seen of it, …
-- Reply [lines, [stream, id, entry, …] of the entries that are new, [line, ids, …] where a line ends with ids of entries]
local seen = {}
for i = 1, #ARGV, 2 do seen[ARGV[i]] = ARGV[i + 1] end

local function hexadecimal(bytes)
  return (string.gsub(bytes, '.', function(byte) return string.format('%02x', string.byte(byte)) end))
end

-- A list of removed refs in their order: a set gives them in none.
local function sorted(json)
  local items = {}
  for item in string.gmatch(json, '%b{}') do items[#items + 1] = item end
  table.sort(items)
  return '[' .. table.concat(items, ',') .. ']'
end

local lines, entries, marks = {}, {}, {}

local function hash(key)
  local values, fields = redis.call('HGETALL', key), {}
  local digests = string.find(key, ':digests$')
  for i = 1, #values, 2 do
    local name, value = values[i], values[i + 1]
    if digests then value = hexadecimal(value) end
    -- The rest is for people.
    if name == 'republishing' then value = string.match(value, '^%d+') .. ' ' end
    if name == 'resynced' then
      marks[#marks + 1] = key .. ' resynced'
      marks[#marks + 1] = {value}
    elseif value ~= '0' then
      fields[#fields + 1] = name .. '=' .. value
    end
  end
  table.sort(fields)
  return fields
end

local function stream(key)
  local length = redis.call('XLEN', key)
  local fields = {tostring(length)}
  if not string.find(key, ':deltas$') then
    for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
      local values = {}
      for i = 2, #entry[2], 2 do values[#values + 1] = entry[2][i] end
      fields[#fields + 1] = table.concat(values, ' ')
    end
    return fields
  end
  for _, entry in ipairs(redis.call('XRANGE', key, '(' .. (seen[key] or '0-0'), '+')) do
    local text = entry[2]
    text[#text] = sorted(text[#text])
    entries[#entries + 1] = key
    entries[#entries + 1] = entry[1]
    entries[#entries + 1] = table.concat(text, ' ')
  end
  local info = redis.call('XINFO', 'STREAM', key)
  for i = 1, #info, 2 do
    if info[i] == 'entries-added' then fields[2] = tostring(info[i + 1]) end
  end
  for _, values in ipairs(redis.call('XINFO', 'GROUPS', key)) do
    local group = {}
    for i = 1, #values, 2 do group[values[i]] = values[i + 1] end
    local ids = {group['last-delivered-id']}
    for _, pending in ipairs(redis.call('XPENDING', key, group['name'], '-', '+', 1000)) do
      ids[#ids + 1] = pending[1]
    end
    marks[#marks + 1] = key .. ' ' .. group['name'] .. ' lag ' .. (group['lag'] and tostring(group['lag']) or '?')
    marks[#marks + 1] = ids
  end
  return fields
end

for _, key in ipairs(redis.call('KEYS', '*')) do
  local type, fields = redis.call('TYPE', key).ok, nil
  if type == 'hash' then
    fields = hash(key)
  elseif type == 'list' then
    fields = redis.call('LRANGE', key, 0, -1)
  elseif type == 'zset' then
    fields = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif type == 'set' then
    fields = redis.call('SMEMBERS', key)
    table.sort(fields)
  elseif type == 'stream' then
    fields = stream(key)
  else
    fields = {type}
  end
  lines[#lines + 1] = key .. '\t' .. table.concat(fields, '\t')
end
return {lines, entries, marks}
