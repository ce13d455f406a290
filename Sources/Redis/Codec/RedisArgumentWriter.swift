internal import NIOCore

/// Writes one argument of a command piece by piece, straight into the command's buffer.
///
/// The length goes in front of the argument and is known at its end: room is left for as many digits as were expected,
/// and the argument is moved when that was wrong.
package struct RedisArgumentWriter: ~Copyable {
    private var buffer: ByteBuffer
    private let frameStart: Int
    private let expectedFrameLength: Int

    /// Takes the buffer over, so that it has one owner and nothing is copied.
    init(taking buffer: inout ByteBuffer, expectedBytes: Int) {
        self.buffer = buffer
        buffer = ByteBuffer()
        frameStart = self.buffer.writerIndex
        expectedFrameLength = RESPInteger.frameLength(max(0, expectedBytes))
        self.buffer.reserveCapacity(
            minimumWritableBytes: max(0, expectedBytes) + RESPInteger.frameLimit + RESPInteger.lineEndLength
        )
        self.buffer.writeRepeatingByte(0, count: expectedFrameLength)
    }

    /// Bytes of the argument so far.
    package var count: Int { buffer.writerIndex - frameStart - expectedFrameLength }

    package mutating func write(_ raw: UnsafeRawBufferPointer) {
        buffer.writeBytes(raw)
    }

    package mutating func write(_ bytes: [UInt8]) {
        buffer.writeBytes(bytes)
    }

    package mutating func write(_ bytes: ArraySlice<UInt8>) {
        buffer.writeBytes(bytes)
    }

    package mutating func write(_ text: String) {
        buffer.writeString(text)
    }

    package mutating func write(_ text: StaticString) {
        buffer.writeStaticString(text)
    }

    package mutating func write(byte: UInt8) {
        buffer.writeInteger(byte)
    }

    consuming func finish() -> ByteBuffer {
        let length = count
        let shift = RESPInteger.frameLength(length) - expectedFrameLength
        if shift != 0 {
            move(length, by: shift)
        }
        buffer.withUnsafeMutableReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            _ = RESPInteger.writeFrame(length, marker: "$", to: start + frameStart)
        }
        buffer.writeStaticString("\r\n")
        return buffer
    }

    consuming func discard() -> ByteBuffer {
        buffer.moveWriterIndex(to: frameStart)
        return buffer
    }

    private mutating func move(_ length: Int, by shift: Int) {
        let from = frameStart + expectedFrameLength
        if shift > 0 {
            buffer.writeRepeatingByte(0, count: shift)
        }
        buffer.withUnsafeMutableReadableBytes { bytes in
            // memmove semantics: the ranges overlap.
            let source = UnsafeRawBufferPointer(rebasing: bytes[from..<(from + length)])
            UnsafeMutableRawBufferPointer(rebasing: bytes[(from + shift)...]).copyMemory(from: source)
        }
        buffer.moveWriterIndex(to: from + shift + length)
    }
}
