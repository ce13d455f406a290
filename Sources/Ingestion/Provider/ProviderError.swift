internal import Catalog

/// A provider's settings contradict themselves or the limits.
public struct ProviderError: Error, Sendable, CustomStringConvertible {
    /// The provider's name.
    public let name: String
    /// What is wrong, and what is allowed.
    public let problem: String

    /// The provider, and what is wrong with it.
    public var description: String { "provider \"\(name)\" \(problem)" }
}

extension Provider {
    /// Throws when a name or a setting is outside of what the engine allows.
    public func validate() throws(ProviderError) {
        func check(_ holds: Bool, _ problem: String) throws(ProviderError) {
            if !holds { throw ProviderError(name: name, problem: problem) }
        }
        try check(
            ProviderName.isValid(name),
            "must have a name of 1 to 63 letters, digits, dots, dashes or underscores that begins with a letter or digit"
        )
        try check(
            (0...100).contains(rejectRemovalsAbovePercentage),
            "has rejectRemovalsAbovePercentage outside 0 to 100"
        )
        try check((1...2).contains(removeAfterMisses), "has removeAfterMisses outside 1 to 2")
        try check((1...1_000).contains(concurrency), "has a concurrency outside 1 to 1000")
        try check(maxPages >= 1, "has maxPages below 1")
        try check(maxAttempts.map { $0 >= 1 } ?? true, "has maxAttempts below 1")
        try check(burstLength >= .zero && burstInterval >= .zero, "has a negative burstLength or burstInterval")
        try check(restLength >= .zero && pageTimeout > .zero, "has a negative restLength, or no pageTimeout")
        if let rate = callRate {
            try check(rate.calls >= 1 && rate.per >= .milliseconds(1), "has a callRate without calls, or below 1 ms")
        }
        try check(changes.map { $0 > .zero } ?? true, "has changes without a pause between two questions")
        try check(changes == nil || source is any ChangeFeed, "has changes, of a source that tells none")
        try check(!locationKey.isEmpty, "has an empty locationKey")
    }
}
