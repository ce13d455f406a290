internal import Catalog

/// The refs that were known when a walk over a source began, and what the walk met of them, in nine bytes for each: of a ref it
/// keeps a hash of 64 bits. Two of a million share one with a probability of 1 : 37 million.
struct RefLedger {
    private var hashes: [UInt64] = []
    private var marks: [UInt8] = []

    private static let isListed: UInt8 = 1
    private static let hasKnownBody: UInt8 = 2

    var count: Int { hashes.count }

    /// Takes the refs in, each once.
    mutating func begin(with hashes: consuming [UInt64]) {
        hashes.sort()
        var last = 0
        for index in hashes.indices.dropFirst() where hashes[index] != hashes[last] {
            last += 1
            hashes[last] = hashes[index]
        }
        hashes.removeLast(hashes.isEmpty ? 0 : hashes.count - last - 1)
        self.hashes = hashes
        marks = Array(repeating: 0, count: self.hashes.count)
    }

    static func hash(_ ref: String) -> UInt64 {
        var ref = ref
        return ref.withUTF8 { EntityDigest(of: $0).value }
    }

    /// Notes that the source lists a ref.
    mutating func list(_ ref: String, hasKnownBody: Bool) {
        guard let index = index(of: ref) else { return }
        marks[index] |= Self.isListed | (hasKnownBody ? Self.hasKnownBody : 0)
    }

    /// Whether a page listed it with the body that is known.
    func hasKnownBody(_ ref: String) -> Bool { index(of: ref).map { marks[$0] & Self.hasKnownBody != 0 } ?? false }

    /// Whether it was known from the beginning, and no page listed it.
    func isUnlisted(_ ref: String) -> Bool { index(of: ref).map { marks[$0] == 0 } ?? false }

    private func index(of ref: String) -> Int? {
        let hash = Self.hash(ref)
        var (low, high) = (0, hashes.count)
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < hashes.count && hashes[low] == hash ? low : nil
    }
}
