/// Where on its way a call is held.
package enum CallPosition: String, Sendable, CaseIterable {
    /// Before it reaches Redis.
    case request
    /// After Redis ran it, before the reply reaches the caller.
    case reply
}

/// Holds one call of the connections through a proxy, and what follows it on its connection, until it is let go.
struct CallGate {
    enum Decision {
        case pass
        case hold(CallPosition)
    }

    let position: CallPosition
    let matches: @Sendable ([String]) -> Bool
    /// How many such calls come before it.
    var earlier: Int
    private(set) var isChosen = false
    /// What lets it go; set while it is held.
    var release: (@Sendable () -> Void)?
    /// Whether its reply has gone on to the caller.
    private(set) var isAnswered = false

    init(_ position: CallPosition, earlier: Int, matches: @escaping @Sendable ([String]) -> Bool) {
        (self.position, self.earlier, self.matches) = (position, earlier, matches)
    }

    mutating func decide(_ words: [String]) -> Decision {
        guard !isChosen, matches(words) else { return .pass }
        guard earlier == 0 else {
            earlier -= 1
            return .pass
        }
        isChosen = true
        return .hold(position)
    }

    mutating func answered() {
        // Not that of a call which was held before this one.
        if isChosen { isAnswered = true }
    }

    /// Redis did not know the script: it comes again.
    mutating func wasNotRun() { isChosen = false }
}
