internal import Catalog

/// A part of a search's entries that is read as a whole, by one paged search.
enum Leaf: Hashable, Sendable {
    /// All of them.
    case whole
    /// Those whose key lies between two values, both included; nil for no bound.
    case range(from: String?, to: String?)
    /// Those that have no key.
    case keyless

    /// The filter of this leaf within a search.
    func filter(within search: String, _ key: LeafKey) -> String {
        switch self {
        case .whole: return search
        case .keyless: return DirectoryFilter.all(search, "(!\(key.isPresent))")
        case .range(let from, let to):
            let bounds = (from.map { key.filter(from: $0) } ?? "") + (to.map { key.filter(to: $0) } ?? "")
            return DirectoryFilter.all(search, bounds.isEmpty ? key.isPresent : bounds)
        }
    }

    /// Narrower leaves that have all entries of this one.
    ///
    /// Neighbours share the value between them, so that whatever order the server has, each key is in one of them: it is at
    /// most the first cut, or else above it, and at most the second, and so on.
    func cut(at cuts: [String], _ key: LeafKey) -> [Leaf] {
        guard self != .keyless else { return [] }
        var (from, to): (String?, String?) = (nil, nil)
        if case .range(let first, let last) = self { (from, to) = (first, last) }
        var seen: Set<String> = [from, to].reduce(into: []) { seen, bound in bound.map { _ = seen.insert($0) } }
        let inner = cuts.filter { seen.insert($0).inserted }.sorted(by: key.precedes)
        guard !inner.isEmpty else { return [] }
        let bounds = [from] + inner.map(Optional.some) + [to]
        let leaves = zip(bounds, bounds.dropFirst()).map { Leaf.range(from: $0, to: $1) }
        return self == .whole ? leaves + [.keyless] : leaves
    }

    var json: JSON {
        switch self {
        case .whole: "whole"
        case .keyless: "keyless"
        case .range(let from, let to): .array([from, to].map { $0.map(JSON.string) ?? .null })
        }
    }

    init?(_ json: JSON) {
        switch json {
        case "whole": self = .whole
        case "keyless": self = .keyless
        case .array(let bounds) where bounds.count == 2 && bounds.allSatisfy({ $0.isNull || $0.string != nil }):
            self = .range(from: bounds[0].string, to: bounds[1].string)
        default: return nil
        }
    }
}
