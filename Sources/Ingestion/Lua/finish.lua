-- Ends a burst whose chain goes on: the job waits for its next burst.
--
-- KEYS 8 provider
-- ARGV 2 id  3 fence  4 pause, ms  5 reason (interval, throttled, calls)
-- Reply 'ok', 'lost' or 'revoked'; repeated: 'lost'
-- Promise: the job goes from leased to delayed in one step.
local id, provider = ARGV[2], KEYS[8]
local refused = refusal(id, ARGV[3])
if refused then return refused end
if not unlease(id) then return 'lost' end
local due = now() + tonumber(ARGV[4])
waits(provider, ARGV[5], due)
delay(id, due)
leave(provider)
return 'ok'
