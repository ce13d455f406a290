internal import Synchronization

/// What Redis answered when this worker registered its providers last.
final class Registrations: Sendable {
    private let state = Mutex<[String: Registration]>([:])
    private let spoiled = Mutex<Set<String>>([])

    subscript(_ provider: String) -> Registration? { state.withLock { $0[provider] } }

    func keep(_ registration: Registration, of provider: String) {
        _ = spoiled.withLock { $0.remove(provider) }
        state.withLock { $0[provider] = registration }
    }

    /// What Redis has of a provider is spoiled; whether that is new.
    func spoil(_ provider: String) -> Bool {
        spoiled.withLock { $0.insert(provider).inserted }
    }
}
