import NIOCore
import Testing

@testable import Redis

@Suite("WireBuffers")
struct WireBuffersTests {
    private static func large(_ name: String) -> RedisCommand {
        RedisCommand(name, String(repeating: "x", count: 100_000))
    }

    private static func sizes(_ buffers: WireBuffers) -> [Int] {
        var sizes: [Int] = []
        buffers.forEach { sizes.append($0.readableBytes) }
        return sizes
    }

    @Test("small commands are joined in one buffer")
    func small() {
        let commands = (0..<100).map { RedisCommand("ECHO", "\($0)") }
        let buffers = WireBuffers(commands)
        #expect(Self.sizes(buffers).count == 1)
        #expect(buffers.bytes == commands.flatMap { WireBuffers($0).bytes })
    }

    @Test("a large command is not copied: its header goes before it in a buffer of its own")
    func large() {
        let command = Self.large("A")
        #expect(Self.sizes(WireBuffers(command)) == [4, command.byteCount - 4])
    }

    @Test("large and small commands keep their order")
    func mixed() {
        let commands = [
            RedisCommand("A"), Self.large("B"), RedisCommand("C"), RedisCommand("D"), Self.large("E"), Self.large("F"),
        ]
        #expect(WireBuffers(commands).bytes == commands.flatMap { WireBuffers($0).bytes })
        #expect(Self.sizes(WireBuffers(commands)).count == 6)
    }
}

extension WireBuffers {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        forEach { bytes += $0.readableBytesView }
        return bytes
    }
}
