internal import Synchronization

/// The secrets of the configuration, for a console that is there before it is read.
final class PrintedSecrets: Sendable {
    private let redactor = Mutex(Redactor([]))

    func know(_ redactor: Redactor) {
        self.redactor.withLock { $0 = redactor }
    }

    func redact(_ text: String) -> String {
        redactor.withLock { $0 }.redact(text)
    }
}
