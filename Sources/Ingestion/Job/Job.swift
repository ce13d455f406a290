internal import Catalog

/// A unit of work that this worker has claimed and holds by its fence.
package struct Job: Sendable {
    /// What there is to do.
    package enum Kind: String, Sendable {
        /// Begin a cycle; the job then becomes the first of its pages.
        case cycle
        /// Read pages of one chain.
        case page
        /// Remove what was not marked.
        case sweep
    }

    /// `NAME:RANDOM`.
    package let id: String
    package var kind: Kind
    /// The provider's current generation.
    package var generation: Int64
    /// The older generation whose refs are not marked yet.
    package var previous: Int64
    /// The number on which a stale holder fails.
    package let fence: Int64
    /// How many parts of pages were committed by this job.
    package var sequence: Int64
    /// Failures in a row.
    package var attempts: Int
    /// How many pages its chain has had.
    package var pages: Int
    /// Where to read on, as it was stored; nil starts a cycle.
    package var cursor: [UInt8]?
    /// The provider's event sequence when the job was claimed.
    package var events: Int64
    /// For how long, when the job was claimed, the source had asked for no calls.
    package var held = Duration.zero
    /// Whether a page that was kept named its cursor: what the source names today may be another.
    package var isLedByKeptPage = false

    /// A job that is newer than whoever met it is due at this time its version, as lane.lua has it.
    package static let newer: Int64 = 100_000_000_000_000

    /// The provider's name, which an id begins with.
    package var provider: String { Self.provider(of: id) }

    package static func provider(of id: String) -> String { String(id.prefix { $0 != ":" }) }

    /// Whether an id is a provider's name, a colon, and lower-case letters, digits or dashes.
    static func isValid(id: String) -> Bool {
        let parts = id.split(separator: ":", omittingEmptySubsequences: false)
        func isPlain(_ byte: UInt8) -> Bool {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-")
        }
        return parts.count == 2 && ProviderName.isValid(String(parts[0]))
            && (1...64).contains(parts[1].utf8.count) && parts[1].utf8.allSatisfy(isPlain)
    }

    /// A new id; random, so that a script is told its jobs' ids in advance.
    package static func makeID(provider: String) -> String {
        let random = UInt64.random(in: .min ... .max)
        let digits = String(random, radix: 36)
        return "\(provider):\(String(repeating: "0", count: 13 - digits.count))\(digits)"
    }
}
