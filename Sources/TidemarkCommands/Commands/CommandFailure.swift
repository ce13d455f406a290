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

    /// Without colours, as the log has it.
    var description: String { lines(.plain).joined(separator: "\n") }

    /// The block that is printed: what, where, what to do.
    func lines(_ style: Style) -> [String] {
        var lines = [style("error:", .bad) + " " + what]
        if let place { lines.append("  " + style("where:", .faint) + " " + place) }
        if let mend { lines.append("  " + style("to do:", .faint) + " " + mend) }
        return lines
    }
}
