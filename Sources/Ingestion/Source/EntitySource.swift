public import Catalog

/// How a provider reads: a stateless reader of pages.
///
/// All of a source's state is its cursor. The engine builds a client for each burst, on whichever replica took the job,
/// reads pages one after the other, and tears the client down; nothing else survives from one burst to the next.
///
/// Throw ``SourceError`` to tell the engine more than "it failed": how long to wait, or that the cursor has expired.
/// A source must never return an empty page in place of an error: what is not listed is removed.
public protocol EntitySource: Sendable {
    /// What reads pages during one burst: a connection, a process, or nothing at all.
    associatedtype Client

    /// Builds a client for one burst and tears it down after `burst` returns or throws.
    func withClient(_ burst: (Client) async throws -> Void) async throws

    /// Reads the page at `cursor`; nil starts a cycle.
    ///
    /// Cancellation of the task must end the read. The engine sets the time limit for a page.
    func page(at cursor: JSON?, using client: Client) async throws -> Page

    /// Whether its cursors count positions in a list, as page numbers and offsets do. When a record is deleted while such a list
    /// is read, those behind it move up, and some pass the reader unseen: so an entity is only removed when two cycles in a row have
    /// missed it (``Provider/removeAfterMisses``). False unless a source says otherwise.
    var countsPositions: Bool { get }

    /// What decides which entities a cursor leads to: requests, pagination, page size, filters, order, mapping. No schedule, no limit, no
    /// secret. It is kept as a hash, and a cursor is only read by a worker whose source has the plan that made it; when it changes,
    /// the open cycle starts over.
    ///
    /// The same on every machine, and whenever it is asked for. Null unless a source says otherwise: then every cursor is good for every build
    /// of it.
    var planIdentity: JSON { get }

    /// Whether the source can tell that a page is as it was in an earlier cycle, as an HTTP server does that answers 304; then
    /// its pages have a ``Page/validator``. False unless a source says otherwise.
    var tellsUnchanged: Bool { get }

    /// Reads the page at `cursor`, unless it is as it was when this source gave it with `validator`: then nil.
    ///
    /// Nil means the same entities and the same next cursors. The engine marks what it marked then, and publishes nothing; where
    /// it cannot, because something else was published of them since, it reads the page after all. Only asked of a source that
    /// ``tellsUnchanged``; give the page whenever the validator is not understood.
    func page(at cursor: JSON?, unless validator: JSON, using client: Client) async throws -> Page?
}

extension EntitySource {
    public var countsPositions: Bool { false }

    public var planIdentity: JSON { .null }

    public var tellsUnchanged: Bool { false }

    public func page(at cursor: JSON?, unless validator: JSON, using client: Client) async throws -> Page? {
        try await page(at: cursor, using: client)
    }
}
