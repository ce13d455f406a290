internal import Catalog

/// What an upgrade came to.
struct LayoutChange: Displayable {
    let before: Int64
    let now: Int64

    var json: JSON { ["before": .integer(before), "now": .integer(now)] }

    func lines(width: Int?, style: Style) -> [String] {
        before == now
            ? ["Redis is laid out in version \(now), which is this build's: nothing to raise."]
            : ["The layout was of version \(before) and is of version \(now): older builds are shut out from now on."]
    }
}
