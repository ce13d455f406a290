internal import Synchronization

/// The clients that no burst has now.
final class IdleClients<Client: Sendable>: Sendable {
    private let clients = Mutex<[Client]>([])

    func take() -> Client? {
        clients.withLock { $0.popLast() }
    }

    func put(_ client: Client) {
        clients.withLock { $0.append(client) }
    }
}
