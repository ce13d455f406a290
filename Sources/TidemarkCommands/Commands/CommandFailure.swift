/// Why a command ends: what happened, where, and what to do, printed as one block.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
    let status: ExitStatus
    /// What happened.
    let what: String
    /// The place: a file with line and column, a URL without credentials, a provider.
    var place: String?
    /// What to do about it.
    var mend: String?

    init(_ status: ExitStatus, _ what: String, at place: String? = nil, mend: String? = nil) {
        self.status = status
        self.what = what
        self.place = place
        self.mend = mend
    }

    var description: String {
        let lines = [place.map { "at: \($0)" }, mend.map { "mend: \($0)" }].compactMap { $0 }
        return ([what] + lines.map { "    " + $0 }).joined(separator: "\n")
    }
}
