/// Reads the little of BER that the values of controls have; nil for what is not well formed.
struct BERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The tag of the next value; nil at the end.
    var tag: UInt8? { rest.first }

    /// The content of the next value, if it has this tag.
    mutating func content(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard rest.first == tag, let (length, start) = length, length <= rest.endIndex - start else { return nil }
        defer { rest = rest[(start + length)...] }
        return rest[start..<(start + length)]
    }

    mutating func sequence(_ tag: UInt8 = BERTag.sequence) -> BERReader? { content(tag).map { BERReader($0) } }

    mutating func octets() -> [UInt8]? { content(BERTag.octets).map { Array($0) } }

    mutating func integer() -> Int? { content(BERTag.integer).flatMap(Self.integer) }

    mutating func enumeration() -> Int? { content(BERTag.enumeration).flatMap(Self.integer) }

    mutating func boolean() -> Bool? { content(BERTag.boolean).flatMap { $0.first.map { $0 != 0 } } }

    private static func integer(_ content: ArraySlice<UInt8>) -> Int? {
        guard let first = content.first, content.count <= 8 else { return nil }
        return content.reduce(first & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int($1) }
    }

    /// The length of the next value, and where its content starts.
    private var length: (Int, Int)? {
        let place = rest.startIndex + 1
        guard place < rest.endIndex else { return nil }
        guard rest[place] & 0x80 != 0 else { return (Int(rest[place]), place + 1) }
        let count = Int(rest[place] & 0x7F)
        let start = place + 1 + count
        guard 1...4 ~= count, start <= rest.endIndex else { return nil }
        return (rest[(place + 1)..<start].reduce(0) { $0 << 8 | Int($1) }, start)
    }
}
