internal import Glibc
internal import Synchronization

/// Standard error, shared by log lines and by the lines of a progress display that are redrawn in place.
///
/// A log line goes above the display; nothing tears.
final class Screen: Sendable {
    /// Whether lines can be redrawn.
    let isTerminal: Bool
    private let write: @Sendable (String) -> Void
    /// The lines of the display as they stand on the terminal.
    private let drawn = Mutex<[String]>([])

    init(isTerminal: Bool, write: @escaping @Sendable (String) -> Void) {
        self.isTerminal = isTerminal
        self.write = write
    }

    /// Writes whole lines, above the display if there is one.
    func print(_ text: String) {
        drawn.withLock { drawn in
            write(erase(drawn) + text + "\n" + drawn.map { $0 + "\n" }.joined())
        }
    }

    /// Draws the display anew, in the place of the last one. Lines must not be wider than the terminal.
    func draw(_ lines: [String]) {
        guard isTerminal else { return }
        drawn.withLock { drawn in
            guard lines != drawn else { return }
            write(erase(drawn) + lines.map { $0 + "\n" }.joined())
            drawn = lines
        }
    }

    /// Leaves the display as it is: what comes goes below.
    func keep() {
        drawn.withLock { $0 = [] }
    }

    /// The columns and rows of the terminal.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    private func erase(_ lines: [String]) -> String {
        lines.isEmpty ? "" : "\u{1B}[\(lines.count)A\r\u{1B}[J"
    }
}
