/// The id of an entry of a delta stream: when Redis took it in, and a number for those of one millisecond.
///
/// Ids of a stream only grow, so they order its entries and say how far a sink has come.
public struct StreamEntryID: Sendable, Hashable {
    /// Before every entry.
    public static let zero = StreamEntryID(milliseconds: 0, sequence: 0)

    /// Milliseconds since 1970 by Redis' clock.
    public let milliseconds: UInt64
    /// Counts the entries of one millisecond, from 0.
    public let sequence: UInt64

    /// An id from its parts.
    public init(milliseconds: UInt64, sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    /// The greatest id below this one; zero stays zero.
    var predecessor: StreamEntryID {
        if sequence > 0 {
            StreamEntryID(milliseconds: milliseconds, sequence: sequence - 1)
        } else if milliseconds > 0 {
            StreamEntryID(milliseconds: milliseconds - 1, sequence: .max)
        } else {
            self
        }
    }
}

extension StreamEntryID: Comparable {
    public static func < (lhs: StreamEntryID, rhs: StreamEntryID) -> Bool {
        (lhs.milliseconds, lhs.sequence) < (rhs.milliseconds, rhs.sequence)
    }
}

extension StreamEntryID: LosslessStringConvertible {
    /// Reads `milliseconds-sequence`, as Redis writes it; nil for anything else.
    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        self.init(milliseconds: milliseconds, sequence: sequence)
    }

    /// `milliseconds-sequence`, as Redis writes it.
    public var description: String { "\(milliseconds)-\(sequence)" }
}
