import CHiredis
import NIOCore
import Testing

@testable import Redis

@Suite("RedisCommand")
struct RedisCommandTests {
    /// What hiredis makes of the same arguments.
    private static func reference(_ arguments: [[UInt8]]) throws -> [UInt8] {
        let copies = arguments.map { argument in
            let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(1, argument.count))
            _ = copy.initialize(from: argument.map { CChar(bitPattern: $0) })
            return copy
        }
        defer { copies.forEach { $0.deallocate() } }
        var pointers = copies.map { UnsafePointer($0.baseAddress) }
        let lengths = arguments.map(\.count)
        var target: UnsafeMutablePointer<CChar>?
        let count = redisFormatCommandArgv(&target, Int32(arguments.count), &pointers, lengths)
        let encoded = try #require(target)
        defer { redisFreeCommand(encoded) }
        return UnsafeRawBufferPointer(start: encoded, count: Int(count)).map { $0 }
    }

    private static func encoded(_ command: RedisCommand) -> [UInt8] {
        WireBuffers(command).bytes
    }

    private static func randomArgument(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        let count = [0, 1, 9, 10, 11, 99, 100, 1_000].randomElement(using: &generator) ?? 0
        return (0..<(count + Int.random(in: 0...3, using: &generator))).map { _ in
            .random(in: 0...255, using: &generator)
        }
    }

    @Test("encodes as hiredis does", arguments: 0..<100 as Range<UInt64>)
    func differential(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let name = "NAME"
        let arguments = (0..<Int.random(in: 0...150, using: &generator)).map { _ in
            Self.randomArgument(using: &generator)
        }
        var command = RedisCommand(name, capacity: Int.random(in: 0...1_000, using: &generator))
        for argument in arguments {
            switch Int.random(in: 0...3, using: &generator) {
            case 0: command.append(argument)
            case 1: command.append(argument[...])
            case 2: argument.withUnsafeBytes { command.append($0) }
            default: command.append(expectedBytes: .random(in: 0...1_200, using: &generator)) { $0.write(argument) }
            }
        }
        #expect(try Self.encoded(command) == Self.reference([Array(name.utf8)] + arguments))
        #expect(command.argumentCount == arguments.count + 1)
        #expect(command.byteCount == Self.encoded(command).count)
    }

    @Test("the count of arguments has any number of digits", arguments: [1, 9, 10, 99, 100, 999, 1_000, 12_345])
    func counts(count: Int) throws {
        var command = RedisCommand("DEL")
        for _ in 1..<count {
            command.append("k")
        }
        let key: [UInt8] = Array("k".utf8)
        #expect(
            try Self.encoded(command) == Self.reference([Array("DEL".utf8)] + Array(repeating: key, count: count - 1))
        )
    }

    @Test("integers go in decimal", arguments: [0, 1, -1, 9, 10, 1_234_567_890, .max, .min] as [Int64])
    func integers(value: Int64) throws {
        var command = RedisCommand("INCRBY", "k")
        command.append(value)
        #expect(Self.encoded(command) == Self.encoded(RedisCommand("INCRBY", "k", "\(value)")))
    }

    @Test("digests go as eight bytes, the highest first")
    func bigEndian() {
        var command = RedisCommand("X")
        command.append(bigEndian: 0x0102_0304_0506_0708)
        #expect(Self.encoded(command) == Array("*2\r\n$1\r\nX\r\n$8\r\n".utf8) + [1, 2, 3, 4, 5, 6, 7, 8, 13, 10])
    }

    @Test("an argument can be written in pieces", arguments: [0, 5, 10, 100_000])
    func pieces(expectedBytes: Int) {
        var command = RedisCommand("SET", "k")
        command.append(expectedBytes: expectedBytes) { writer in
            writer.write("[" as StaticString)
            writer.write("{}" as String)
            writer.write(byte: UInt8(ascii: ","))
            writer.write(Array("{\"a\"".utf8))
            writer.write(Array("x:1}]".utf8)[1...])
            #expect(writer.count == 12)
        }
        command.append("EX")
        #expect(Self.encoded(command) == Self.encoded(RedisCommand("SET", "k", "[{},{\"a\":1}]", "EX")))
    }

    @Test("an argument whose writing throws is left out")
    func discards() throws {
        var command = RedisCommand("SET", "k")
        #expect(throws: CancellationError.self) {
            try command.append { writer in
                writer.write("half" as String)
                throw CancellationError()
            }
        }
        command.append("v")
        #expect(Self.encoded(command) == Self.encoded(RedisCommand("SET", "k", "v")))
    }

    @Test("a copy is a value of its own")
    func copies() {
        var first = RedisCommand("A", "1")
        let second = first
        first.append("2")
        #expect(Self.encoded(second) == Self.encoded(RedisCommand("A", "1")))
        #expect(Self.encoded(first) == Self.encoded(RedisCommand("A", "1", "2")))
    }
}
