/// The annotations that are merged into every entity, as JSON text that is made once.
struct EntityAnnotations: ~Copyable {
    /// Written where the entity has none of that key.
    let defaults: [JSONMember]
    /// Written in place of what the entity has.
    let forced: [JSONMember]
    private let storage: UnsafeMutablePointer<UInt8>

    init(forced: [String: String], defaults: [String: String]) {
        var writer = JSONWriter()
        var ranges: [(key: Range<Int>, value: Range<Int>)] = []
        for (key, value) in Array(defaults) + Array(forced) {
            let start = writer.count
            writer.append(Array(key.utf8))
            let middle = writer.count
            writer.append(string: value)
            ranges.append((start..<middle, middle..<writer.count))
        }
        let bytes = writer.bytes
        let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        storage.update(from: bytes, count: bytes.count)
        let members = ranges.map { key, value in
            JSONMember(
                key: UnsafeBufferPointer(start: storage + key.lowerBound, count: key.count),
                value: .text(UnsafeBufferPointer(start: storage + value.lowerBound, count: value.count))
            )
        }
        self.defaults = Array(members.prefix(defaults.count))
        self.forced = Array(members.dropFirst(defaults.count))
        self.storage = storage
    }

    deinit { storage.deallocate() }

    var isEmpty: Bool { defaults.isEmpty && forced.isEmpty }
}
