import Catalog

/// What an event says of one entity: what is known of it before, what the source lists of it until then, and what the event says.
///
/// States are titles of its body; nil: it is not there.
enum EventKind: String, CaseIterable {
    case addsNew = "adds a new one"
    case changesKnown = "changes a known one"
    case removesKnown = "removes a known one"
    case removesUnknown = "removes an unknown one, which a page lists"
    case addsOtherBody = "adds one that a page lists with another body"
    case addsSameBody = "adds a known one as it is, which a page lists with another body"

    var known: String? {
        switch self {
        case .addsNew, .removesUnknown, .addsOtherBody: nil
        case .changesKnown, .removesKnown, .addsSameBody: "A"
        }
    }

    /// What the source lists before it lists what the event says.
    var old: String? {
        switch self {
        case .addsNew: nil
        case .changesKnown, .removesKnown, .removesUnknown, .addsOtherBody: "A"
        case .addsSameBody: "B"
        }
    }

    var new: String? {
        switch self {
        case .addsNew, .changesKnown, .addsOtherBody: "E"
        case .removesKnown, .removesUnknown: nil
        case .addsSameBody: "A"
        }
    }

    /// What another event says, that takes this one back.
    var opposite: String? { new == nil ? "E" : nil }
}
