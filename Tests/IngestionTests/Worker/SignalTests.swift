import Testing

@testable import Ingestion

@Suite struct SignalTests {
    @Test("a signal that fires before anyone waits is not lost")
    func firesFirst() async {
        let signal = Signal()
        signal.fire()
        await signal.wait()
    }

    @Test("a signal wakes the one who waits")
    func wakes() async {
        let signal = Signal()
        async let waiting: Void = signal.wait()
        signal.fire()
        await waiting
    }

    @Test("a cancelled wait returns, and the signal works for the next")
    func cancelled() async {
        let signal = Signal()
        let task = Task { await signal.wait() }
        task.cancel()
        await task.value
        signal.fire()
        await signal.wait()
    }
}
