import Testing

@testable import EntitySources

@Suite struct BERTests {
    @Test(arguments: [0, 1, 127, 128, 255, 256, 65_535, 1 << 40, -1, -128, -129])
    func integers(_ value: Int) throws {
        var writer = BERWriter()
        writer.append(integer: value)
        var reader = BERReader(writer.bytes)
        #expect(reader.integer() == value)
    }

    @Test("the first page of paged results is asked for as RFC 2696 has it")
    func pagedResults() {
        let control = DirectoryControl.page(of: 500, after: [])
        #expect(control.value == [0x30, 0x06, 0x02, 0x02, 0x01, 0xF4, 0x04, 0x00])
        #expect(control.isCritical)
    }

    @Test func longContent() {
        var writer = BERWriter()
        let octets = [UInt8](repeating: 7, count: 300)
        writer.sequence { $0.append(octets: octets) }
        #expect(writer.bytes.prefix(8) == [0x30, 0x82, 0x01, 0x30, 0x04, 0x82, 0x01, 0x2C])
        var reader = BERReader(writer.bytes)
        var content = reader.sequence()
        #expect(content?.octets() == octets)
    }

    @Test("what is cut off, or claims to be longer than it is, is not read")
    func malformed() {
        let texts: [[UInt8]] = [
            [], [0x04], [0x04, 0x05, 1], [0x04, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0x04, 0x80, 1], [0x02, 0x00],
        ]
        for bytes in texts {
            var reader = BERReader(bytes)
            #expect(reader.octets() == nil)
            #expect(reader.integer() == nil)
        }
    }
}
