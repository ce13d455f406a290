import Testing

@testable import Redis

@Suite("The key of a command")
struct RedisCommandKeyTests {
    @Test(
        "Q12: is found wherever the command has it",
        arguments: [
            (RedisCommand("GET", "k"), "k"), (RedisCommand("BZPOPMIN", "k", "5"), "k"),
            (RedisCommand("EVALSHA", "digest", "2", "k", "l", "a"), "k"),
            (RedisCommand("XGROUP", "SETID", "k", "g", "0"), "k"), (RedisCommand("XINFO", "STREAM", "k"), "k"),
            (RedisCommand("XREAD", "COUNT", "1", "BLOCK", "5", "STREAMS", "k", "0"), "k"),
            (RedisCommand("HSET", "a\r\nb", "f", "v"), "a\r\nb"),
            (RedisCommand("EVALSHA", "digest", "0"), nil), (RedisCommand("INFO", "everything"), nil),
            (RedisCommand("SCAN", "0"), nil), (RedisCommand("SCRIPT", "LOAD", "return 1"), nil),
            (RedisCommand("PING"), nil),
        ]
    )
    func key(command: RedisCommand, key: String?) {
        #expect(command.key.map { String(decoding: $0, as: UTF8.self) } == key)
    }
}
