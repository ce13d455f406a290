import Synchronization
import Testing

@testable import TidemarkCommands

@Suite struct ScreenTests {
    private final class Written: Sendable {
        let text = Mutex("")
        var value: String { text.withLock { $0 } }
    }

    private func screen(_ written: Written, isTerminal: Bool = true) -> Screen {
        Screen(isTerminal: isTerminal) { text in written.text.withLock { $0 += text } }
    }

    @Test func linesAreRedrawnInPlace() {
        let written = Written()
        let screen = screen(written)
        screen.draw(["a", "b"])
        screen.draw(["a", "b"])
        screen.draw(["c"])
        #expect(written.value == "a\nb\n\u{1B}[2A\r\u{1B}[Jc\n")
    }

    @Test func logLinesGoAbove() {
        let written = Written()
        let screen = screen(written)
        screen.draw(["progress"])
        screen.print("log")
        #expect(written.value == "progress\n\u{1B}[1A\r\u{1B}[Jlog\nprogress\n")
    }

    @Test func whatIsKeptStays() {
        let written = Written()
        let screen = screen(written)
        screen.draw(["last"])
        screen.keep()
        screen.print("next")
        #expect(written.value == "last\nnext\n")
    }

    @Test func nothingIsDrawnWhereNobodyLooks() {
        let written = Written()
        screen(written, isTerminal: false).draw(["progress"])
        #expect(written.value.isEmpty)
    }
}
