extension Delta {
    /// The field `added`: `[{"entity":{…},"locationKey":"…"},…]`.
    package static func addedJSON(_ entities: some Collection<Entity>, locationKey: String) -> [UInt8] {
        let end = endOfItem(locationKey)
        let start: StaticString = ",{\"entity\":"
        let size = entities.reduce(2) { $0 + start.utf8CodeUnitCount + $1.body.count + end.count }
        var text: [UInt8] = []
        text.reserveCapacity(size)
        text.append(UInt8(ascii: "["))
        for entity in entities {
            // Without its comma at the first.
            let skipped = text.count == 1 ? 1 : 0
            text.append(
                contentsOf: UnsafeBufferPointer(
                    start: start.utf8Start + skipped,
                    count: start.utf8CodeUnitCount - skipped
                )
            )
            text.append(contentsOf: entity.body)
            text.append(contentsOf: end)
        }
        text.append(UInt8(ascii: "]"))
        return text
    }

    private static func endOfItem(_ locationKey: String) -> [UInt8] {
        Array(",\"locationKey\":\(JSON.string(locationKey))}".utf8)
    }
}
