public import Catalog

/// A source that can also tell what changed between two cycles: a directory with a sync cookie, an API with a change log.
///
/// The engine polls it as often as ``Provider/changes`` says, on one worker at a time, and applies what it tells as live events:
/// they reach the stream at once, and no page that was read before undoes them. The cycles go on as before: they find what a
/// feed did not tell.
///
/// The feed and the pages name a record by the same id, one that never changes, such as an entryUUID: ``Page/ids`` beside the
/// entities of a page, ``Change/id`` here. By it the engine knows which entities a record had that is gone, or that now makes
/// others.
public protocol ChangeFeed: EntitySource {
    /// What has changed since the point `cursor`, in the order in which it is to be applied.
    ///
    /// With nil nothing is told but the point from which changes are told from now on: ``Changes/cursor``, beside no changes.
    /// The engine asks for it before a cycle begins to read, so that nothing falls between the two.
    ///
    /// What was told may be told again: the engine stores a cursor only after the changes before it were applied. Throw
    /// ``SourceError/Code/cursorExpired`` when the server can no longer tell from there: the engine asks for a new point and
    /// starts a cycle. Any other error is tried again after the provider's backoff. Cancellation of the task must end the
    /// read; ``Provider/pageTimeout`` limits it.
    func changes(since cursor: JSON?, using client: Client) async throws -> Changes
}
