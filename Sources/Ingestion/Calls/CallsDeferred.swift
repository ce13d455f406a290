/// A call may not be sent now: the provider's rate is used up, or its source has asked to be left alone.
///
/// It is no failure. A source lets it through: the engine ends the burst and goes on with the same page after the time.
public struct CallsDeferred: Error, Sendable, CustomStringConvertible {
    /// How long until a call may be sent.
    public var wait: Duration

    init(_ wait: Duration) {
        self.wait = wait
    }

    /// For how long, for a log.
    public var description: String { "no call is due for \(wait)" }
}
