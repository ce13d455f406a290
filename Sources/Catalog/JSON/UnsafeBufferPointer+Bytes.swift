extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the bytes of a literal.
    @inline(__always)
    func equals(_ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount else { return false }
        var index = 0
        while index < count {
            if self[index] != literal.utf8Start[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Whether these bytes come before those of a literal.
    @inline(__always)
    func precedes(_ literal: StaticString) -> Bool {
        let common = Swift.min(count, literal.utf8CodeUnitCount)
        var index = 0
        while index < common {
            let (mine, theirs) = (self[index], literal.utf8Start[index])
            if mine != theirs { return mine < theirs }
            index &+= 1
        }
        return count < literal.utf8CodeUnitCount
    }

    /// Whether a byte order mark comes first.
    var startsWithMark: Bool { count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF }
}
