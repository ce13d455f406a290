extension Delta {
    /// The field `added`: `[{"entity":{…},"locationKey":"…"},…]`.
    public static func addedJSON(_ entities: some Sequence<Entity>, locationKey: String) -> [UInt8] {
        let end = endOfItem(locationKey)
        var writer = JSONWriter(capacity: 1 << 16)
        writer.append("[")
        var isFirst = true
        for entity in entities {
            writer.append(isFirst ? "{\"entity\":" : ",{\"entity\":")
            isFirst = false
            writer.append(entity.body)
            writer.append(end)
        }
        writer.append("]")
        return writer.bytes
    }

    /// The field `removed`: `[{"entityRef":"…","locationKey":"…"},…]`.
    public static func removedJSON(_ refs: some Sequence<EntityRef>, locationKey: String) -> [UInt8] {
        let end = endOfItem(locationKey)
        var writer = JSONWriter(capacity: 1 << 12)
        writer.append("[")
        var isFirst = true
        for ref in refs {
            writer.append(isFirst ? "{\"entityRef\":" : ",{\"entityRef\":")
            isFirst = false
            writer.append(string: ref.string)
            writer.append(end)
        }
        writer.append("]")
        return writer.bytes
    }

    private static func endOfItem(_ locationKey: String) -> [UInt8] {
        Array(",\"locationKey\":\(JSON.string(locationKey))}".utf8)
    }
}
