/// One of the 16,384 parts into which a cluster divides the keys: CRC16 (XMODEM) of the key, or of its hash tag.
package struct HashSlot: Sendable, Hashable {
    package static let count = 16_384

    package let number: Int

    package init?(_ number: Int) {
        guard (0..<Self.count).contains(number) else { return nil }
        self.number = number
    }

    package init(ofKey key: some Collection<UInt8>) {
        number = Int(Self.checksum(Self.hashed(key[...])) % UInt16(Self.count))
    }

    package init(ofKey key: String) {
        self.init(ofKey: Array(key.utf8))
    }

    /// What stands between the first `{` and the first `}` after it, if anything does; else the whole key.
    private static func hashed<Bytes: Collection<UInt8>>(_ key: Bytes) -> Bytes.SubSequence {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key[...] }
        let tag = key[key.index(after: open)...].prefix { $0 != UInt8(ascii: "}") }
        return tag.isEmpty || tag.endIndex == key.endIndex ? key[...] : tag
    }

    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var checksum: UInt16 = 0
        for byte in bytes {
            checksum ^= UInt16(byte) << 8
            for _ in 0..<8 {
                checksum = checksum & 0x8000 == 0 ? checksum << 1 : checksum << 1 ^ 0x1021
            }
        }
        return checksum
    }
}
