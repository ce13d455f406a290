package import Catalog

/// An event whose entities were checked, annotated and digested as those of a page are, not yet applied.
package struct PreparedEvent: Sendable {
    package var added: [Entity] = []
    package var removed: [EntityRef] = []
    package var rejected: [EntityRejection] = []
    package var id: String?

    /// Entities and refs that are known to be valid.
    package init(added: [Entity], removed: [EntityRef], id: String? = nil) {
        (self.added, self.removed, self.id) = (added, removed, id)
    }

    /// Prepares an event for a provider. One entity that is not valid is rejected alone.
    package init(_ event: LiveEvent, of provider: Provider) throws(LiveEventError) {
        guard event.id.map(LiveEvent.isValid(id:)) ?? true else {
            throw LiveEventError(.invalid, "the id of an event is \(LiveEvent.ruleOfIDs)")
        }
        id = event.id
        var entities = UniqueEntities()
        var normalizer = EntityNormalizer(of: provider)
        for text in event.added {
            do throws(EntityRejection) {
                entities.append(try normalizer.normalize(text, hiding: provider.secrets))
            } catch {
                rejected.append(error)
            }
        }
        added = entities.all
        var seen: Set<EntityRef> = []
        for (index, text) in event.removed.enumerated() {
            let ref: EntityRef
            do throws(EntityRefError) {
                ref = try EntityRef(parsing: text)
            } catch {
                throw LiveEventError(.invalid, "removed[\(index)]: \(provider.secrets.redacting(error.message))")
            }
            guard !entities.contains(ref) else {
                throw LiveEventError(.invalid, "\(ref) is both added and removed: say one of them")
            }
            if seen.insert(ref).inserted { removed.append(ref) }
        }
    }

    /// Whether there is nothing to say to Redis.
    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && rejected.isEmpty }

    /// What one call of the script takes, which is what one entry holds; one at least.
    var parts: [PreparedEvent] {
        var parts: [PreparedEvent] = []
        var (added, removed, rejected) = (added[...], removed[...], rejected[...])
        repeat {
            var size = 0
            let fitting = added.prefix(Delta.maximumEntities).prefix { entity in
                defer { size += entity.body.count }
                return size == 0 || size + entity.body.count <= Delta.maximumBytes
            }
            let gone = removed.prefix(Delta.maximumEntities)
            let refused = rejected.prefix(Self.mostRejected)
            var part = PreparedEvent(added: Array(fitting), removed: Array(gone))
            part.rejected = Array(refused)
            parts.append(part)
            added = added.dropFirst(fitting.count)
            removed = removed.dropFirst(gone.count)
            rejected = rejected.dropFirst(refused.count)
        } while !added.isEmpty || !removed.isEmpty || !rejected.isEmpty
        return parts
    }

    private static let mostRejected = 250
}
