internal import Redis

/// Whether a call may be sent.
package enum Spent: Sendable, Equatable {
    /// It is taken, to be sent after this time.
    case go(Duration)
    /// The source asked for no call before this time has passed.
    case held(Duration)
    /// By the rate, none is due before this time has passed, and the caller would not wait as long.
    case later(Duration)
}

extension Store {
    /// Takes one call out of a provider's rate.
    ///
    /// - Parameters:
    ///   - rate: nil to ask only for the time that the source asked for.
    ///   - patience: for how long the caller would wait.
    package func spend(of provider: String, at rate: CallRate?, waiting patience: Duration) async throws -> Spent {
        // A failover may forget some calls; what the source asked for it does not.
        let reply = try await evaluate(
            Scripts.spend,
            on: lane(of: provider),
            keys: [keys(of: provider).hash],
            isReplicated: false
        ) {
            $0.append(rate.map { "\($0.interval)" } ?? "0")
            $0.append(Int64(rate?.burst ?? 0))
            $0.append(patience.milliseconds)
            $0.append(CallBudget.longestWait.milliseconds)
        }
        let time = Duration.milliseconds(try reply.integer(1))
        switch try reply.word() {
        case "go": return .go(time)
        case "held": return .held(time)
        case "later": return .later(time)
        default: throw reply.unexpected()
        }
    }

    /// Takes note that the source asks to be left alone; how long that is from now, at the least.
    package func postpone(_ provider: String, for time: Duration?) async throws -> Duration {
        let reply = try await evaluate(Scripts.postpone, on: lane(of: provider), keys: [keys(of: provider).hash]) {
            $0.append(time?.milliseconds ?? -1)
            $0.append(Self.shortestUnsaidPause.milliseconds)
            $0.append(Self.longestUnsaidPause.milliseconds)
        }
        return .milliseconds(try reply.integer(0))
    }

    /// What GitHub asks of those whom it refuses without saying for how long: a minute at the least, then longer each time
    /// (docs.github.com, "Best practices for using the REST API").
    static let shortestUnsaidPause = Duration.seconds(60)
    static let longestUnsaidPause = Duration.seconds(3_600)
}
