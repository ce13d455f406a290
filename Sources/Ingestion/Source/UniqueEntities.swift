internal import Catalog

/// Entities in their order; of two with one ref the last wins, in the place of the first.
struct UniqueEntities {
    private(set) var all: [Entity] = []
    /// How many gave way to a later one.
    private(set) var duplicates = 0
    private var positions: [EntityRef: Int] = [:]

    mutating func reserveCapacity(_ count: Int) {
        all.reserveCapacity(count)
        positions.reserveCapacity(count)
    }

    /// Takes an entity in, and tells its place.
    @discardableResult
    mutating func append(_ entity: Entity) -> Int {
        if let earlier = positions[entity.ref] {
            all[earlier] = entity
            duplicates += 1
            return earlier
        }
        positions[entity.ref] = all.count
        all.append(entity)
        return all.count - 1
    }

    func contains(_ ref: EntityRef) -> Bool { positions[ref] != nil }
}
