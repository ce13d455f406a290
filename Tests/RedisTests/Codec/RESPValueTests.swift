import Redis
import Testing

@Suite("RESPValue")
struct RESPValueTests {
    @Test("integers are read from what Redis keeps as text too")
    func integers() {
        #expect(RESPValue.integer(7).int == 7)
        #expect(RESPValue.bulkString(Array("-12".utf8)).int == -12)
        #expect(RESPValue.simpleString("3").int == 3)
        #expect(RESPValue.bulkString(Array("1.5".utf8)).int == nil)
        #expect(RESPValue.null.int == nil)
    }

    @Test("text and bytes of both kinds of string")
    func strings() {
        #expect(RESPValue.bulkString(Array("é".utf8)).string == "é")
        #expect(RESPValue.bulkString([0xFF]).bytes == [0xFF])
        #expect(RESPValue.simpleString("OK").bytes == Array("OK".utf8))
        #expect(RESPValue.integer(1).string == nil)
    }

    @Test("an error's prefix is its first word")
    func prefixes() {
        #expect(RedisServerError(message: "NOSCRIPT No matching script.").prefix == "NOSCRIPT")
        #expect(RedisServerError(message: "ERR").prefix == "ERR")
    }
}
