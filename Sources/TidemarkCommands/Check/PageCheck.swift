internal import Catalog
internal import EntitySources
internal import Ingestion

/// What `tidemark check` found of one page, as the engine would take it.
struct PageCheck: Sendable {
    /// Counted from 1, as they were read.
    var number: Int
    var cursor: JSON?
    /// The requests, their answers and the records.
    var notes = Rehearsal.Notes()
    var page: PreparedPage?
    var problem: ConfigurationProblem?
    var times = StepTimes()
    /// How many chains are left beside this page's own.
    var chainsBeside = 0
    /// Whether its answers are kept ones.
    var isReplayed = false

    /// What the page is about: not what was asked for a token first.
    var leadingExchange: RehearsedExchange? {
        notes.exchanges.first { !$0.request.isForCredentials } ?? notes.exchanges.first
    }

    /// Those beside the leading one.
    var otherExchanges: [RehearsedExchange] {
        let leading = notes.exchanges.firstIndex { !$0.request.isForCredentials } ?? 0
        return notes.exchanges.enumerated().filter { $0.offset != leading }.map(\.element)
    }

    /// Whether nothing is wrong with it.
    var isSound: Bool { problem == nil && page?.rejected.isEmpty == true }
}
