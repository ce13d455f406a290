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
        /// Why it could not be checked, and what would make it possible; nil when it was.
        package var skipped: String?
        /// What of it could not be checked, or what to know about the violations; nil when there is nothing to say.
        package var note: String?
        /// How many examples are kept at most.
        private var mostExamples = 20

        package init(_ invariant: Int, _ title: String, provider: String) {
            self.invariant = invariant
            self.title = title
            self.provider = provider
            (looked, violations, examples) = (0, 0, [])
        }

        package mutating func violate(_ example: @autoclosure () -> String) {
            violations += 1
            if examples.count < mostExamples { examples.append(example()) }
        }

        /// Notes the differences of a comparison, of which more are kept than of an invariant's violations.
        ///
        /// - Parameter others: how many there are beyond those that are listed.
        package mutating func violate(_ differences: [String], andOthers others: Int = 0) {
            mostExamples = 1_000
            for difference in differences { violate(difference) }
            violations += others
        }
    }

    package var checks: [Check] = []

    /// Whether everything that could be checked holds.
    package var holds: Bool { checks.allSatisfy { $0.violations == 0 } }
}
