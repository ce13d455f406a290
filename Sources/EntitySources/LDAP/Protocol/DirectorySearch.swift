/// What one search asks for.
struct DirectorySearch: Sendable, Hashable {
    enum Scope: Sendable, Hashable {
        case base, oneLevel, subtree
    }

    var base: String
    var scope: Scope = .subtree
    var filter: String
    /// What to send of each entry; `1.1` for nothing.
    var attributes: [String]
    /// How many entries the server may send; 0 for as many as it will.
    var sizeLimit = 0
    var controls: [DirectoryControl] = []
    /// More entries than this are an error.
    var mostEntries = 100_000

    /// For error messages.
    var summary: String { "the search for \(filter) below \(base.isEmpty ? "the root" : base)" }
}
