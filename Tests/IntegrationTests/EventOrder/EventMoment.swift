import Catalog
import TestSupport

/// When in a cycle the event arrives, and what the page of that cycle says of its entity.
///
/// The cycle has three pages, a burst each; the entity is on the second.
enum EventMoment: String, CaseIterable {
    case betweenCyclesOld = "between cycles; then the page says otherwise"
    case betweenCyclesNew = "between cycles; then the page says the same"
    case claimedOld = "the cycle is claimed, not begun; then the page says otherwise"
    case claimedNew = "the cycle is claimed, not begun; then the page says the same"
    case beforeReadOld = "between bursts, before the page is read; then it says otherwise"
    case beforeReadNew = "between bursts, before the page is read; then it says the same"
    // The worker was told of no event when it took the job: to be sure, it is as if the page had been read before.
    case beforeReadInBurst = "in the burst, before the page is read; then it says otherwise"
    case readOld = "the page was read before it and says otherwise; it is not compared yet"
    case readNew = "the page was read and says the same; it is not compared yet"
    case comparedOld = "the page was read before it and compared, not committed; it says otherwise"
    case comparedNew = "the page was read and compared, not committed; it says the same"
    case readAhead = "the page was read ahead, while the one before it is committed; it says otherwise"
    case firstPart = "between the parts of the page; the entity is in the first, which says otherwise"
    case secondPart = "between the parts of the page; the entity is in the second, which says otherwise"
    case committedOld = "after the commit of the page, which said otherwise"
    case committedNew = "after the commit of the page, which said the same"
    case sweepBeforeStep = "while the sweep runs, before its step; no page lists the entity"
    case sweepAfterStep = "while the sweep runs, after its step; no page lists the entity"
    case heldApproved = "while the sweep is held, which is then approved; no page lists the entity"
    case heldDiscarded = "while the sweep is held, which is then discarded; no page lists the entity"
    case cancelledOld = "after a cancel before the page was read, then resumed; it says otherwise"
    case cancelledNew = "after a cancel before the page was read, then resumed; it says the same"
    case cancelledCommitted = "after a cancel behind the page, then resumed; it says otherwise both times"
    case cancelledThenLate = "after a cancel, a page of that cycle comes late; resumed, it says the same"
    case lateThenCancelled = "before a cancel, the page was read before it and comes late; resumed, it says the same"
    case pausedRead = "while it is paused, a page read before comes late; resumed, it says otherwise"
    case resyncedOld = "after a resync between cycles; then the page says otherwise"
    case resyncedNew = "after a resync between cycles; then the page says the same"
    case resyncedRead = "after a resync, the page was read before both and says otherwise"
    case readResynced = "before a resync, the page was read before both and says otherwise"
    case opposed = "the page was read before it and before an event that takes it back; it says otherwise"
    case opposedFirst = "the page was read before it and before the opposite event, which came first; it says otherwise"
    case repeated = "the page was read before it, before its opposite, and before it comes again with its id"

    /// What the page says of the entity.
    func listed(_ kind: EventKind) -> String? {
        switch self {
        case .betweenCyclesNew, .claimedNew, .beforeReadNew, .readNew, .comparedNew, .committedNew, .cancelledNew,
            .resyncedNew:
            kind.new
        case .sweepBeforeStep, .sweepAfterStep, .heldApproved, .heldDiscarded: nil
        default: kind.old
        }
    }

    /// A source's list with the entity of this title, if any, and others around it.
    func list(with title: String?) -> [JSONText] {
        let others = (0..<(isInParts ? 600 : 25)).map { TestSource.entity("other-\($0)") }
        let before =
            switch self {
            case .firstPart: 0
            case .secondPart: others.count
            default: pageSize
            }
        let subject = title.map { [TestSource.entity(EventSite.entity, title: $0)] } ?? []
        return others[..<before] + subject + others[before...]
    }

    var pageSize: Int { isInParts ? 1_000 : 10 }

    private var isInParts: Bool { self == .firstPart || self == .secondPart }
}
