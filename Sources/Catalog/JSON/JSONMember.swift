/// One member of an object that waits for its place in the canonical order.
struct JSONMember {
    /// What a member holds: a value on the tape, by its place, or JSON text from elsewhere.
    enum Value {
        case element(Int)
        case text(UnsafeBufferPointer<UInt8>)
    }

    let key: UnsafeBufferPointer<UInt8>
    let value: Value
    /// The first eight bytes of the key, the first the most significant, zeros after its end: most comparisons end here.
    private let prefix: UInt64
    /// Its place before sorting: of the same key, the later one wins.
    var order = 0

    @inline(__always)
    init(key: UnsafeBufferPointer<UInt8>, value: Value) {
        self.key = key
        self.value = value
        if key.count >= 8 {
            prefix = UInt64(bigEndian: UnsafeRawPointer(key.baseAddress!).loadUnaligned(as: UInt64.self))
        } else {
            var bytes: UInt64 = 0
            for byte in key { bytes = bytes << 8 | UInt64(byte) }
            prefix = key.isEmpty ? 0 : bytes << UInt64(8 &* (8 &- key.count))
        }
    }

    /// Below zero when this key comes first, zero when the keys are the same.
    @inline(__always)
    func compareKey(_ other: JSONMember) -> Int {
        if prefix != other.prefix { return prefix < other.prefix ? -1 : 1 }
        let common = min(key.count, other.key.count)
        var index = 8
        while index < common {
            let (mine, theirs) = (key[index], other.key[index])
            if mine != theirs { return mine < theirs ? -1 : 1 }
            index &+= 1
        }
        return key.count &- other.key.count
    }

    @inline(__always)
    func precedes(_ other: JSONMember) -> Bool {
        let compared = compareKey(other)
        return compared == 0 ? order < other.order : compared < 0
    }
}
