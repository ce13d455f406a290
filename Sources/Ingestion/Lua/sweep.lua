#!lua flags=allow-oom
-- One bounded step of a sweep: the guard before the first, then up to 500 refs are removed that were not marked: in this cycle, or,
-- where a ref must be missing twice, in this one and the last whole one. Or some that were missed once are named, which catalogs keep.
--
-- KEYS 8 provider  9 seen of the current generation  10 seen of the previous one  11 digests  12 ids  13 owners
-- ARGV 2 id  3 fence  4 sequence  5 lease, ms  6 hold when no page listed anything (1, 0)  7 percentage above which it holds
--      8 rest, ms  9 id of a job for the next cycle  10 location key as a JSON string, where none is kept
-- Reply ['swept', refs removed, refs left, throttled] call again · ['held', unmarked, known] · ['completed'] ·
--       ['duplicate'] · ['lost'] · ['revoked']
-- Promise: the guard decides on the sets as they are before anything is removed, in this same script; after how many misses
--          a ref goes is decided there too, for the whole sweep. A ref leaves the sets, its digest is forgotten and its removal
--          is published in one step, once for a sequence. What was missed once, and not published since a resync, is published
--          as kept: catalogs that begin anew with this cycle drop what it did not name.
-- Full: runs; it frees more than it publishes.
local id, fence, sequence, provider = ARGV[2], ARGV[3], tonumber(ARGV[4]), KEYS[8]
local refused = refusal(id, fence)
if refused then return {refused} end
local job = redis.call('HMGET', job_key(id), 'kind', 'sequence', 'guard', 'misses', 'generation', 'kept')
if job[1] ~= 'sweep' then return {'lost'} end
if sequence <= number(job[2]) then return {'duplicate'} end
if sequence ~= number(job[2]) + 1 then return {'lost'} end

local function done(status, outcome, reason)
  redis.call('HSET', provider, 'status', status, 'ended', now())
  record(provider, outcome, reason)
  redis.call('DEL', job_key(id))
  redis.call('ZREM', leased, id)
  leave(provider)
  schedule(provider, ARGV[9], now() + tonumber(ARGV[8]), 'rest')
end

local missed, misses = missed_key(provider), job[4] or '1'
if not job[3] then
  misses = redis.call('HGET', provider, 'misses') or '1'
  local marked, twice, once = redis.call('SCARD', KEYS[9]), redis.call('SCARD', missed), redis.call('SCARD', KEYS[10])
  local known, leaving = marked + once + twice, twice
  if misses == '1' then leaving = twice + once end
  local reason
  local cycle = redis.call('HMGET', provider, 'listed', 'republishing', 'completed')
  -- What pages listed, not what is marked: a live event marks, too.
  if number(cycle[1]) == 0 and ARGV[6] == '1' then
    if known > marked then
      reason = 'the source listed nothing'
    elseif cycle[2] and not cycle[3] then
      reason = 'the source listed nothing, and what was known before is lost, so catalogs may have entities'
    end
  end
  if not reason and leaving * 100 > tonumber(ARGV[7]) * known then
    reason = string.format('it would remove %.4g %% of what is known, above %s %%', leaving * 100 / known, ARGV[7])
  end
  if reason then
    redis.call('HSET', provider, 'held', reason, 'held_unmarked', leaving, 'held_known', known, 'held_misses', misses)
    publish(provider, 'sweep-held', 'sweep', id, sequence, '[]', '[]')
    done('held', 'held', reason)
    return {'held', leaving, known}
  end
  redis.call('HSET', job_key(id), 'guard', 'passed', 'misses', misses)
end

local refs = redis.call('SPOP', missed, 500)
local some = #refs > 0
if some then
  -- A worker of an older build marks a ref without taking it out of this set.
  local unmarked = {}
  for i, marked in ipairs(redis.call('SMISMEMBER', KEYS[9], unpack(refs))) do
    if marked == 0 then unmarked[#unmarked + 1] = refs[i] end
  end
  refs = unmarked
elseif misses == '1' then
  refs = redis.call('SPOP', KEYS[10], 500)
  some = #refs > 0
end
-- Only the first whole cycle since a resync has something to tell.
local function is_first()
  local since = redis.call('HMGET', provider, 'swept', 'digests_since')
  return number(since[1]) < number(since[2])
end
-- A scan may give some more than it was asked for; an entry has 500 at the most.
if not some and job[6] ~= 'told' and redis.call('EXISTS', KEYS[10]) == 1 and is_first() then
  local found = redis.call('SSCAN', KEYS[10], job[6] or '0', 'COUNT', 300)
  local kept = {}
  for _, ref in ipairs(found[2]) do
    if not redis.call('HGET', KEYS[11], ref) then kept[#kept + 1] = '"' .. ref .. '"' end
  end
  if #kept > 0 then
    publish(provider, 'delta', 'sweep', id, sequence, '[]', '[]', '[' .. table.concat(kept, ',') .. ']')
  end
  redis.call('HSET', job_key(id), 'sequence', sequence, 'kept', found[1] == '0' and 'told' or found[1])
  redis.call('ZADD', leased, 'XX', now() + tonumber(ARGV[5]), id)
  return {'swept', 0, 0, throttled(provider) and 1 or 0}
end
if not some then
  publish(provider, 'cycle-completed', 'sweep', id, sequence, '[]', '[]')
  redis.call('HINCRBY', provider, 'completed', 1)
  redis.call('HSET', provider, 'completed_at', now(), 'swept', job[5])
  redis.call('HDEL', provider, 'error', 'error_at', 'failures', 'missed', 'set_aside')
  local republishing = redis.call('HGET', provider, 'republishing')
  if republishing and tonumber(string.match(republishing, '^%d+')) < tonumber(job[5]) then
    redis.call('HDEL', provider, 'republishing')
  end
  -- All that is known was read: from here the removals of feeds are counted anew.
  redis.call('HDEL', provider .. ':feed', 'gone')
  if redis.call('SCARD', KEYS[10]) == 0 then settle_locations(provider) end
  done('resting', 'completed')
  return {'completed'}
end
if #refs > 0 then
  local removed = removals(provider, refs, ARGV[10])
  redis.call('HDEL', KEYS[11], unpack(refs))
  if redis.call('HGET', provider, 'changes') then disown(KEYS[12], KEYS[13], refs) end
  publish(provider, 'delta', 'sweep', id, sequence, '[]', '[' .. table.concat(removed, ',') .. ']')
  redis.call('HINCRBY', provider, 'removed', #refs)
end
redis.call('HSET', job_key(id), 'sequence', sequence)
redis.call('ZADD', leased, 'XX', now() + tonumber(ARGV[5]), id)
local left = redis.call('SCARD', missed)
if misses == '1' then left = left + redis.call('SCARD', KEYS[10]) end
return {'swept', #refs, left, throttled(provider) and 1 or 0}
