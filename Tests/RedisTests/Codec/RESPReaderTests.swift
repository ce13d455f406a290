import Testing

@testable import Redis

@Suite("RESPReader")
struct RESPReaderTests {
    private static let limits = RESPLimits(bytes: 4_096, elements: 100)

    private static let wellFormed: [(String, RESPValue)] = [
        ("+OK\r\n", .simpleString("OK")),
        ("+\r\n", .simpleString("")),
        ("-ERR no\r\n", .error(RedisServerError(message: "ERR no"))),
        (":0\r\n", .integer(0)),
        (":-9223372036854775808\r\n", .integer(.min)),
        (":9223372036854775807\r\n", .integer(.max)),
        ("$0\r\n\r\n", .bulkString([])),
        ("$4\r\na\r\nb\r\n", .bulkString(Array("a\r\nb".utf8))),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .array([])),
        ("*3\r\n:1\r\n$-1\r\n+x\r\n", .array([.integer(1), .null, .simpleString("x")])),
        ("*2\r\n*0\r\n*1\r\n*1\r\n:7\r\n", .array([.array([]), .array([.array([.integer(7)])])])),
        ("*2\r\n-NO a\r\n:2\r\n", .array([.error(RedisServerError(message: "NO a")), .integer(2)])),
    ]

    private static func read(_ chunks: [[UInt8]], limits: RESPLimits = limits) throws -> [RESPValue] {
        var reader = try RESPReader(limits: limits)
        var values: [RESPValue] = []
        for chunk in chunks {
            try chunk.withUnsafeBytes { bytes in
                try reader.read(bytes) { values.append($0) }
            }
        }
        return values
    }

    @Test("reads each kind of reply", arguments: wellFormed)
    func kinds(text: String, value: RESPValue) throws {
        #expect(try Self.read([Array(text.utf8)]) == [value])
    }

    @Test("a reply may arrive split at any byte", arguments: wellFormed)
    func splitAnywhere(text: String, value: RESPValue) throws {
        let bytes = Array(text.utf8)
        for index in bytes.indices {
            #expect(try Self.read([Array(bytes[..<index]), Array(bytes[index...])]) == [value])
        }
        #expect(try Self.read(bytes.map { [$0] }) == [value])
    }

    @Test("many replies in one read come out in order")
    func manyAtOnce() throws {
        let text = Self.wellFormed.map(\.0).joined()
        #expect(try Self.read([Array(text.utf8)]) == Self.wellFormed.map(\.1))
    }

    @Test("a read larger than what is fed at once loses nothing")
    func largeReads() throws {
        let replies = (0..<50_000).map { RESPValue.integer(Int64($0)) }
        let text = (0..<50_000).map { ":\($0)\r\n" }.joined()
        #expect(text.utf8.count > 4 * RESPReader.feedLimit)
        #expect(try Self.read([Array(text.utf8)]) == replies)
    }

    @Test("a string larger than what is fed at once comes out whole")
    func largeStrings() throws {
        let payload = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        let bytes = Array("$300000\r\n".utf8) + payload + Array("\r\n".utf8)
        #expect(try Self.read([bytes], limits: RESPLimits(bytes: 1 << 20, elements: 1)) == [.bulkString(payload)])
    }

    // MARK: - What is refused

    @Test(
        "what is not RESP2 is refused",
        arguments: [
            "hello\r\n", "?\r\n", "HTTP/1.1 400 Bad Request\r\n", ":12x\r\n", ":\r\n", ":99999999999999999999\r\n",
            "$x\r\n", "$-2\r\n", "*-2\r\n", "*x\r\n", "*1\r\n!\r\n", "%1\r\n+a\r\n+b\r\n", "_\r\n",
        ]
    )
    func malformed(text: String) throws {
        let error = #expect(throws: RESPProtocolError.self) { try Self.read([Array(text.utf8)]) }
        #expect(error?.code == .malformed)
    }

    @Test("arrays may be nested eight deep, not nine")
    func nesting() throws {
        let eight = String(repeating: "*1\r\n", count: 8) + ":1\r\n"
        let nine = String(repeating: "*1\r\n", count: 9) + ":1\r\n"
        #expect(try Self.read([Array(eight.utf8)]).count == 1)
        let error = #expect(throws: RESPProtocolError.self) { try Self.read([Array(nine.utf8)]) }
        #expect(error?.code == .tooDeep)
    }

    @Test(
        "an array that announces more elements than allowed is refused before room is made",
        arguments: [101, 2_147_483_647]
    )
    func tooManyElements(count: Int) throws {
        let error = #expect(throws: RESPProtocolError.self) { try Self.read([Array("*\(count)\r\n".utf8)]) }
        #expect(error?.code == .tooManyElements)
    }

    @Test("arrays in arrays cannot multiply past the limit of bytes")
    func multipliedElements() throws {
        let limits = RESPLimits(bytes: 100_000, elements: 1_000)
        let text = "*1000\r\n" + String(repeating: "*1000\r\n", count: 10)
        let error = #expect(throws: RESPProtocolError.self) { try Self.read([Array(text.utf8)], limits: limits) }
        #expect(error?.code == .tooManyBytes)
    }

    @Test("a string that announces more than allowed is dropped once that much is buffered")
    func tooManyBytesBuffered() throws {
        var reader = try RESPReader(limits: Self.limits)
        var error: RESPProtocolError?
        var fed = 0
        for chunk in ["$536870912\r\n"] + Array(repeating: String(repeating: "x", count: 500), count: 20) {
            guard error == nil else { break }
            do throws(RESPProtocolError) {
                try reader.read(text: chunk)
                fed += chunk.utf8.count
            } catch let failure {
                error = failure
            }
        }
        #expect(error?.code == .tooManyBytes)
        #expect(fed <= Self.limits.bytes)
    }

    @Test("strings of one reply count together")
    func tooManyBytesBuilt() throws {
        let text = "*9\r\n" + String(repeating: "$600\r\n" + String(repeating: "x", count: 600) + "\r\n", count: 9)
        let error = #expect(throws: RESPProtocolError.self) { try Self.read([Array(text.utf8)]) }
        #expect(error?.code == .tooManyBytes)
    }

    @Test("replies that are together larger than the limit are fine")
    func limitIsPerReply() throws {
        let text = String(repeating: "$600\r\n" + String(repeating: "x", count: 600) + "\r\n", count: 20)
        #expect(try Self.read([Array(text.utf8)]).count == 20)
    }

    @Test("after an error, nothing more is read")
    func stickyErrors() throws {
        var reader = try RESPReader(limits: Self.limits)
        var values: [RESPValue] = []
        #expect(throws: RESPProtocolError.self) { try reader.read(text: "+OK\r\n?\r\n+OK\r\n") { values.append($0) } }
        #expect(throws: RESPProtocolError.self) { try reader.read(text: "+OK\r\n") { values.append($0) } }
        #expect(values == [.simpleString("OK")])
    }
}

extension RESPReader {
    fileprivate mutating func read(
        text: String,
        _ receive: (RESPValue) -> Void = { _ in }
    ) throws(RESPProtocolError) {
        let bytes = Array(text.utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        try read(UnsafeRawBufferPointer(buffer), receive)
    }
}
