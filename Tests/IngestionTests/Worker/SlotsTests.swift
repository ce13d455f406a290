import Testing

@testable import Ingestion

@Suite struct SlotsTests {
    @Test("lanes do not claim for one slot, and what a claim does not use is free again")
    func reserved() {
        let slots = Slots(3, signals: [])
        #expect(slots.reserve() == 3 && slots.reserve() == 0)
        slots.start(1, of: 3)
        #expect(slots.reserve() == 2)
        slots.start(0, of: 2)
        slots.end()
        #expect(slots.reserve() == 3)
    }

    @Test("a slot that is reserved for a claim is none to wait for: only the end of a burst is told")
    func allRun() async {
        let (lane, listener) = (Signal(), Signal())
        let slots = Slots(2, signals: [lane])
        slots.notify(listener)
        let reserved = slots.reserve()
        #expect(reserved == 2 && !slots.allRun)
        slots.start(2, of: reserved)
        #expect(slots.allRun)
        slots.end()
        #expect(!slots.allRun)
        await lane.wait()
        await listener.wait()
    }
}
