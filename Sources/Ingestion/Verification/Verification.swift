/// What a verification found.
package struct Verification: Sendable {
    /// One invariant of one provider.
    package struct Check: Sendable {
        /// The number of the invariant, as the documentation lists them.
        package var invariant: Int
        package var title: String
        package var provider: String
        /// How many things were looked at.
        package var looked: Int
        /// How many of them violate the invariant.
        package var violations: Int
        /// The first of them, in words.
        package var examples: [String]
        /// Why it could not be checked; nil when it was.
        package var skipped: String?

        init(_ invariant: Int, _ title: String, provider: String) {
            self.invariant = invariant
            self.title = title
            self.provider = provider
            (looked, violations, examples) = (0, 0, [])
        }

        mutating func violate(_ example: @autoclosure () -> String) {
            violations += 1
            if examples.count < 20 { examples.append(example()) }
        }
    }

    package var checks: [Check] = []

    /// Whether everything that could be checked holds.
    package var holds: Bool { checks.allSatisfy { $0.violations == 0 } }
}
