/// One entry of the delta stream, version 1: what changed in the catalog, from which page of which cycle.
///
/// Removals come before additions. An entity that is published under another location key than before, since the provider's was
/// changed, is removed under the old one and added under the new one in one entry.
public struct Delta: Sendable {
    /// The version of the format that this package writes; it reads those before, too.
    public static let version = 1
    /// The most entities that one entry adds, and the most that it removes.
    public static let maximumEntities = 500
    /// The most bytes that the bodies of one entry's entities have together.
    public static let maximumBytes = 1_048_576

    /// An entity that was added or changed.
    public struct Added: Sendable, Hashable {
        /// The entity.
        public let entity: Entity
        /// What the catalog keeps apart entities of different providers by.
        public let locationKey: String

        init(entity: Entity, locationKey: String) {
            self.entity = entity
            self.locationKey = locationKey
        }
    }

    /// An entity that was removed.
    public struct Removed: Sendable, Hashable {
        /// Its identity.
        public let entityRef: EntityRef
        /// What the catalog keeps apart entities of different providers by.
        public let locationKey: String

        init(entityRef: EntityRef, locationKey: String) {
            self.entityRef = entityRef
            self.locationKey = locationKey
        }
    }

    /// What the entry tells.
    public let type: DeltaType
    /// The provider's name.
    public let provider: String
    /// The number of the cycle.
    public let generation: Int64
    /// The id of the job that published it. Provider, generation, job and sequence together never appear twice.
    public let job: String
    /// The number of the page within its job.
    public let sequence: Int64
    /// When it was published: milliseconds since 1970 by the clock of Redis.
    public let at: Int64
    /// What published it; nil on an entry that carries no entities.
    public let origin: DeltaOrigin?
    /// In which trace it was published, and under which span, as the header of W3C Trace Context says it; nil outside of one.
    ///
    /// It and ``tracestate`` are handed on as they stand in the stream: who goes on with the trace checks them.
    public let traceparent: String?
    /// What the systems of the trace say of themselves, as the header of W3C Trace Context says it.
    public let tracestate: String?
    /// Entities that were added or changed.
    public let added: [Added]
    /// Entities that were removed, before ``added`` were added.
    public let removed: [Removed]
    /// Entities that are known, but were not published since everything was to be published anew: they are rejected now, or the
    /// source did not list them this once. Whoever began anew keeps what it has of them.
    public let kept: [EntityRef]
}
