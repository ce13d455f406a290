import NIOCore
import Testing

@testable import Redis

@Suite("WaitingLine")
struct WaitingLineTests {
    private static func line() -> WaitingLine<String> {
        var line = WaitingLine<String>()
        for (id, request) in ["a", "b", "c"].enumerated() {
            line.append(request, id: UInt64(id), deadline: .uptimeNanoseconds(UInt64(100 * (id + 1))))
        }
        return line
    }

    @Test("keeps the order")
    func order() {
        var line = Self.line()
        #expect(line.takeAll() == ["a", "b", "c"])
        #expect(line.takeAll().isEmpty)
        #expect(line.nextDeadline == nil)
    }

    @Test("gives out what waited too long")
    func expiry() {
        var line = Self.line()
        #expect(line.nextDeadline == .uptimeNanoseconds(100))
        #expect(line.takeExpired(now: .uptimeNanoseconds(99)).isEmpty)
        #expect(line.takeExpired(now: .uptimeNanoseconds(200)) == ["a", "b"])
        #expect(line.nextDeadline == .uptimeNanoseconds(300))
    }

    @Test("gives out one by its id")
    func byID() {
        var line = Self.line()
        #expect(line.take(id: 1) == "b")
        #expect(line.take(id: 1) == nil)
        #expect(line.takeAll() == ["a", "c"])
    }
}
