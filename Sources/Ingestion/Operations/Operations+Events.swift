package import Catalog
internal import Redis

extension Operations {
    /// Applies a live event: entities added or changed, refs removed. It reaches the stream at once, and no page that was
    /// read before it undoes it. What does not fit into one entry goes in several, one after the other.
    package func apply(added: [Entity], removed: [EntityRef], to provider: Provider) async throws {
        var added = added[...]
        var removed = removed[...]
        repeat {
            var size = 0
            let fitting = added.prefix(Delta.maximumEntities).prefix { entity in
                defer { size += entity.body.count }
                return size == 0 || size + entity.body.count <= Delta.maximumBytes
            }
            let gone = removed.prefix(Delta.maximumEntities)
            try await applyOne(added: Array(fitting), removed: Array(gone), to: provider)
            added = added.dropFirst(fitting.count)
            removed = removed.dropFirst(gone.count)
        } while !added.isEmpty || !removed.isEmpty
    }

    private func applyOne(added: [Entity], removed: [EntityRef], to provider: Provider) async throws {
        let name = provider.name
        let keys = store.keys(of: name)
        let location = JSON.string(provider.locationKey)
        var (current, previous): (Int64, Int64) = (0, 0)
        while true {
            let (generation, older) = (current, previous)
            let reply = try await store.evaluate(
                Scripts.event,
                on: store.lane(of: name),
                keys: [keys.hash, keys.seen(current), keys.seen(previous), keys.digests, keys.touched]
            ) { command in
                command.append(generation)
                command.append(older)
                command.append(Int64(added.count))
                command.append(Int64(removed.count))
                command.append(Delta.addedJSON(added, locationKey: provider.locationKey))
                command.append(location.bytes)
                for entity in added { command.append(entity.ref.string) }
                for entity in added { command.append(entity.digest.bytes) }
                for ref in removed { command.append(ref.string) }
            }
            switch try reply.word() {
            case "ok": return
            case "unknown": throw OperationError.unknown(name)
            default: (current, previous) = (try reply.integer(1), try reply.integer(2))
            }
        }
    }
}
