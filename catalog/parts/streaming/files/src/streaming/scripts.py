"""What Redis does in one step.

KEYS: the stream's fields, its items, its handle by owner and name, the owner's handles, all
handles by last use. ARGV begins with the time in ms, how long unused streams are kept, in ms, and
the channel for news (`n` and the handle) and for room made by a reader (`r` and the handle).
"""

_TOUCH = """
local now, kept, channel = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local function touch(handle)
  for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], kept) end
  redis.call('ZADD', KEYS[5], now, handle)
  redis.call('PEXPIRE', KEYS[5], kept)
end
"""

OPEN = (
    _TOUCH
    + """
local handle, prefix = ARGV[4], ARGV[11]
local found = redis.call('GET', KEYS[3])
if found then
  local stopped = redis.call('HGET', prefix .. 's:' .. found, 'stopped')
  if stopped == '0' then return found end
  redis.call('DEL', prefix .. 's:' .. found, prefix .. 'd:' .. found)
  redis.call('SREM', KEYS[4], found)
  redis.call('ZREM', KEYS[5], found)
end
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - kept)
for _, other in ipairs(redis.call('SMEMBERS', KEYS[4])) do
  if redis.call('EXISTS', prefix .. 's:' .. other) == 0 then redis.call('SREM', KEYS[4], other) end
end
if redis.call('SCARD', KEYS[4]) >= tonumber(ARGV[9]) then return '' end
if redis.call('ZCARD', KEYS[5]) >= tonumber(ARGV[10]) then return '' end
redis.call('HSET', KEYS[1], 'name', ARGV[5], 'owner', ARGV[6], 'capacity', ARGV[7],
  'overflow', ARGV[8], 'last', 0, 'bytes', 0, 'stopped', 0)
redis.call('SET', KEYS[3], handle)
redis.call('SADD', KEYS[4], handle)
touch(handle)
return handle
"""
)
"""ARGV: handle, name, owner, capacity, overflow, the limits of one owner and of all, key prefix.
The handle that is open now, or an empty text beyond the limits."""

APPEND = (
    _TOUCH
    + """
local item, most, handle = ARGV[4], tonumber(ARGV[5]), ARGV[6]
local m = redis.call('HMGET', KEYS[1], 'stopped', 'capacity', 'overflow', 'bytes')
if m[1] ~= '0' then return -1 end
local capacity, bytes, count = tonumber(m[2]), tonumber(m[4]), redis.call('XLEN', KEYS[2])
if m[3] == 'wait' and (count >= capacity or (count > 0 and bytes + #item > most)) then return 0 end
local last = redis.call('HINCRBY', KEYS[1], 'last', 1)
redis.call('XADD', KEYS[2], string.format('%d-0', last), 'i', item)
bytes, count = bytes + #item, count + 1
while count > capacity or (count > 1 and bytes > most) do
  local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', KEYS[2], oldest[1])
  bytes, count = bytes - #oldest[2][2], count - 1
end
redis.call('HSET', KEYS[1], 'bytes', bytes)
touch(handle)
redis.call('PUBLISH', channel, 'n' .. handle)
return last
"""
)
"""ARGV: item, bytes kept at most, handle. The item's number; 0 when full, -1 when there is no such
stream or it stopped."""

READ = (
    _TOUCH
    + """
local after, limit, most, handle = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local m = redis.call('HMGET', KEYS[1], 'stopped', 'overflow', 'last', 'bytes')
if not m[1] then return false end
after = math.min(after, tonumber(m[3]))
if m[2] == 'wait' and after > 0 then
  local bytes, gone = tonumber(m[4]), 0
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', string.format('%d', after))) do
    redis.call('XDEL', KEYS[2], entry[1])
    bytes, gone = bytes - #entry[2][2], gone + 1
  end
  redis.call('HSET', KEYS[1], 'bytes', bytes)
  if gone > 0 then redis.call('PUBLISH', channel, 'r' .. handle) end
end
local function number(entry) return string.match(entry[1], '^%d+') end
local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
local first = oldest and number(oldest) or string.format('%d', tonumber(m[3]) + 1)
local answer, cursor, size = {m[1], m[3], first, '0'}, '0', 0
local from = string.format('%d', after + 1)
for i, entry in ipairs(redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', limit)) do
  size = size + #entry[2][2]
  if i > 1 and size > most then break end
  cursor = number(entry)
  answer[#answer + 1] = entry[2][2]
end
answer[4] = cursor
touch(handle)
return answer
"""
)
"""ARGV: after which number, how many items, bytes at most, handle. Nil if there is no such stream,
else: stopped, newest number, first kept number, number of the last item returned, items."""

STOP = (
    _TOUCH
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'stopped', 1)
touch(ARGV[4])
redis.call('PUBLISH', channel, 'n' .. ARGV[4])
return 1
"""
)
"""ARGV: handle. 0 if there is no such stream."""
