public import Catalog

/// A source that can also tell what changed between two cycles: a directory with a sync cookie, an API with a change log.
///
/// What it tells is meant to be applied as live events: on the stream at once, and undone by no page that was read before. The
/// engine does not ask yet; an embedder can, and give what it hears to ``LiveEvents``. The cycles go on as before: they find
/// what a feed did not tell.
///
/// The feed and the pages name a record by the same id, one that never changes, such as an entryUUID: ``Page/ids`` beside the
/// entities of a page, ``Change/id`` here. By it one knows which entities a record had that is gone, or that now makes
/// others.
public protocol ChangeFeed: EntitySource {
    /// What has changed since the point `cursor`, in the order in which it is to be applied.
    ///
    /// With nil nothing is told but the point from which changes are told from now on: ``Changes/cursor``, beside no changes.
    /// Ask for it before a cycle begins to read, so that nothing falls between the two.
    ///
    /// What was told may be told again: a cursor is to be stored only after the changes before it were applied. Throw
    /// ``SourceError/Code/cursorExpired`` when the server can no longer tell from there: only a new point and a cycle can be
    /// right then. Cancellation of the task must end the read.
    func changes(since cursor: JSON?, using client: Client) async throws -> Changes
}
