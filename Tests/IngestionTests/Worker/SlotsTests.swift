import Testing

@testable import Ingestion

@Suite struct SlotsTests {
    @Test("lanes do not claim for one slot, and what a claim does not use is free again")
    func reserved() {
        let slots = Slots(3, signals: [])
        let (first, second) = (slots.reserve(), slots.reserve())
        #expect(first.count == 3 && second.count == 0)
        #expect(slots.start(1, in: first) == 1)
        let third = slots.reserve()
        #expect(third.count == 2)
        slots.giveBack(third)
        slots.end()
        #expect(slots.reserve().count == 3)
    }

    @Test("what a claim reserved that is not answered is given back, and its late answer starts what is free by then")
    func givenBack() async {
        let lane = Signal()
        let slots = Slots(3, signals: [lane])
        let hanging = slots.reserve()
        slots.giveBack(hanging)
        // Lanes that found none free try again.
        await lane.wait()
        let other = slots.reserve()
        #expect(other.count == 3 && slots.start(2, in: other) == 2)
        #expect(slots.start(3, in: hanging) == 1)
        #expect(slots.allRun && slots.reserve().count == 0)
        #expect(slots.reserve(atMost: 0).count == 0)
    }

    @Test("a slot that is reserved for a claim is none to wait for: only the end of a burst is told")
    func allRun() async {
        let (lane, listener) = (Signal(), Signal())
        let slots = Slots(2, signals: [lane])
        slots.notify(listener)
        let reserved = slots.reserve()
        #expect(reserved.count == 2 && !slots.allRun)
        #expect(slots.start(2, in: reserved) == 2)
        #expect(slots.allRun)
        slots.end()
        #expect(!slots.allRun)
        await lane.wait()
        await listener.wait()
    }
}
