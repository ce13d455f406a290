internal import Administration
internal import Catalog
internal import Ingestion

/// `tidemark sweep show NAME`: what a sweep would remove, and whether one is held.
struct SweepListing: Displayable {
    let status: ProviderStatus
    let refs: [String]

    var json: JSON { status.sweepJSON(refs) }

    /// What else is said of those that would go, where two misses are needed.
    private var twice: String { status.removeAfterMisses == 2 ? " nor in the last whole one" : "" }

    private var isOfChanges: Bool { status.held?.isOfChanges == true }

    func lines(width: Int?, style: Style) -> [String] {
        let unmarked = status.toBeRemoved
        var lines = [String]()
        if let held = status.held {
            let what = isOfChanges ? "Changes of \(status.name) are" : "The sweep of cycle \(status.generation) is"
            lines.append(style("\(what) held: \(held.reason).", .warning))
        } else {
            lines.append("No sweep of \(status.name) is held.")
        }
        if !isOfChanges { lines += unmarkedLines }
        guard !refs.isEmpty else { return isOfChanges ? lines + decision : lines }
        lines.append("")
        lines += refs.map { "  " + TextWidth.fit(TextWidth.sanitized($0), to: (width ?? .max) - 2) }
        if refs.count < unmarked {
            let how = isOfChanges ? "" : ": --limit N lists them"
            lines.append(style("  … and \(Figures.count(unmarked - refs.count)) more\(how)", .faint))
        }
        return lines + decision
    }

    private var unmarkedLines: [String] {
        let unmarked = status.leaving
        var lines = [
            "\(Figures.count(unmarked)) of \(Figures.count(status.known, "known entity", "known entities")) "
                + "\(unmarked == 1 ? "is" : "are") not marked in cycle \(status.generation)\(twice) "
                + "(\(Figures.percent(unmarked, of: status.known)))."
        ]
        if status.missingOnce > 0 {
            lines.append(
                "\(Figures.count(status.missingOnce)) more \(status.missingOnce == 1 ? "is" : "are") not marked for the first time: "
                    + "removeAfterMisses is 2."
            )
        }
        return lines
    }

    private var decision: [String] {
        guard status.held != nil else { return [] }
        return [
            "", "Remove them:  tidemark sweep approve \(status.name)",
            "Keep them:    tidemark sweep discard \(status.name)",
        ]
    }
}
