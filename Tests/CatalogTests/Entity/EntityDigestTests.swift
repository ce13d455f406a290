import Testing

@testable import Catalog

@Suite struct EntityDigestTests {
    @Test("A digest is XXH3-64: the same for all time, for what is stored in Redis is compared with it")
    func known() throws {
        let empty = [UInt8]().withUnsafeBufferPointer { EntityDigest(of: $0) }
        #expect(empty.value == 0x2D06_8005_38D3_94C2)
        var normalizer = EntityNormalizer(annotations: ["a": "1"])
        let entity = try normalizer.normalize(JSONText(EntityNormalizerTests.web))
        #expect(entity.digest.description == "873496fa6c6b524a")
    }

    @Test("Eight bytes, the most significant first, and back")
    func bytes() {
        let digest = EntityDigest(value: 0x0102_0304_0506_0708)
        #expect(digest.bytes == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(digest.description == "0102030405060708")
        #expect(EntityDigest(bytes: digest.bytes) == digest)
        #expect(EntityDigest(bytes: [1, 2, 3]) == nil)
    }
}
