internal import Synchronization

/// Secrets that become known while a process runs, such as an access token that a source has fetched.
///
/// Every ``Secrets`` that was made with it hides them as it hides those of the configuration: an entity or a cursor with
/// one in it is refused, and no log, no error has one.
public final class FetchedSecrets: Sendable {
    private struct Entry {
        /// How many have it: two sources may be given the same token.
        var holders = 1
        var hidden: [[UInt8]]
        var refused: [[UInt8]]
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var hidden: [[UInt8]] = []
        var refused: [[UInt8]] = []

        mutating func index() {
            hidden = entries.values.flatMap(\.hidden).sorted { $0.count > $1.count }
            refused = entries.values.flatMap(\.refused)
        }
    }

    private let state = Mutex(State())

    /// None is known yet.
    public init() {}

    /// Hides a secret from now on.
    public func keep(_ secret: String) {
        state.withLock { state in
            if state.entries[secret] != nil {
                state.entries[secret]?.holders += 1
                return
            }
            state.entries[secret] = Entry(
                hidden: Secrets.forms(of: [secret], from: Secrets.shortestHidden),
                refused: Secrets.forms(of: [secret], from: Secrets.shortestRefused)
            )
            state.index()
        }
    }

    /// Hides it no longer, once everybody who kept it says so: it opens nothing any more.
    public func forget(_ secret: String) {
        state.withLock { state in
            guard let holders = state.entries[secret]?.holders else { return }
            state.entries[secret]?.holders = holders - 1
            if holders == 1 {
                state.entries[secret] = nil
                state.index()
            }
        }
    }

    var hidden: [[UInt8]] { state.withLock { $0.hidden } }
    var refused: [[UInt8]] { state.withLock { $0.refused } }
}
