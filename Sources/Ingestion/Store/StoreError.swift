internal import Catalog

/// Redis holds, or answered, something that this version does not understand.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// A script's answer has another shape than its header says.
        case unexpectedReply
        /// Redis was laid out with another number of lanes, or by a newer build.
        case layout
        /// Redis is not fit to hold what must not be lost.
        case unfit
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(newerLayout version: String, _ known: FormatVersions) {
        self.init(
            .layout,
            "a newer Tidemark has laid Redis out (version \(version)); this one, \(TidemarkVersion.current), knows version "
                + "\(known.layout) and changes nothing: run a build that knows it, as the one that ran `tidemark upgrade`"
        )
    }

    package var description: String { message }
}
