internal import Catalog
internal import Redis

/// The steps of one purge.
struct Purge {
    /// What one step came to.
    enum Progress {
        case purging(left: Int)
        /// Nothing was done: the refs are in other generations than this step was told.
        case moved
        case purged
    }

    private let store: Store
    private let name: String
    private let publish: Bool
    private let location: [UInt8]
    private let id: String
    private var generation: Int64 = 0
    private var previous: Int64 = 0
    private var number: Int64 = 0

    init(_ name: String, publish: Bool, locationKey: String, store: Store) {
        self.store = store
        self.name = name
        self.publish = publish
        location = JSON.string(locationKey).bytes
        id = store.makeJobID(name)
    }

    mutating func step() async throws -> Progress {
        let keys = store.keys(of: name)
        let purge = self
        let reply = try await store.evaluate(
            Scripts.purge,
            on: store.lane(of: name),
            keys: [
                keys.hash, keys.seen(generation), keys.seen(previous), keys.digests, keys.touched, keys.rejected,
                keys.deliveries, keys.validators, keys.validatorsBefore, keys.feed, keys.ids, keys.owners,
                keys.heldRemovals,
            ],
            // A repeated step would publish its refs under the number of the first.
            resend: false
        ) {
            $0.append(purge.id)
            $0.append(purge.number)
            $0.append(purge.publish ? 1 : 0)
            $0.append(purge.location)
            $0.append(purge.generation)
            $0.append(purge.previous)
        }
        switch try reply.word() {
        case "purged": return .purged
        case "unknown": throw OperationError.unknown(name)
        case "moved":
            (generation, previous) = (try reply.integer(1), try reply.integer(2))
            return .moved
        default:
            number += 1
            return .purging(left: Int(try reply.integer(1)))
        }
    }
}
