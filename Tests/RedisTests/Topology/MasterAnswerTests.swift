import Testing

@testable import Redis

@Suite("MasterAnswer")
struct MasterAnswerTests {
    private static let sentinel = RedisAddress.tcp(host: "s", port: 26_379)

    private static func words(_ words: String...) -> RESPValue {
        .array(words.map { .bulkString(Array($0.utf8)) })
    }

    @Test("the address, and the epoch of the failover that made it the master")
    func answer() throws {
        let replies = [Self.words("10.0.0.1", "6380"), Self.words("name", "main", "config-epoch", "7", "quorum", "2")]
        let answer = try MasterAnswer(replies, of: Self.sentinel, master: "main").answer
        #expect(answer.content == .tcp(host: "10.0.0.1", port: 6_380))
        #expect(answer.epoch == 7)
    }

    @Test("a sentinel that may not say more than the address is believed")
    func forbidden() throws {
        let refusal = RESPValue.error(RedisServerError(message: "NOPERM this user has no permissions"))
        let answer = try MasterAnswer([Self.words("h", "1"), refusal], of: Self.sentinel, master: "main").answer
        #expect(answer.content == .tcp(host: "h", port: 1) && answer.epoch == 0)
    }

    @Test("a name that it does not know, and a server that is no sentinel, are said at once")
    func refusals() throws {
        let unknown = RESPValue.error(RedisServerError(message: "ERR No such master with that name"))
        let name = try #require(throws: RedisError.self) {
            try MasterAnswer([.null, unknown], of: Self.sentinel, master: "mian")
        }
        #expect(name.isLasting && name.message.contains("mian"))
        let command = RESPValue.error(RedisServerError(message: "ERR unknown command 'SENTINEL'"))
        let kind = try #require(throws: RedisError.self) {
            try MasterAnswer([command, command], of: Self.sentinel, master: "main")
        }
        #expect(kind.isLasting && kind.message.contains("s:26379"))
    }
}
