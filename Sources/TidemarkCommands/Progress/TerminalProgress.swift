/// Progress that is redrawn in place.
struct TerminalProgress: ProgressDisplay {
    let title: String
    let details: String
    let screen: Screen
    let style: Style
    /// Whether the last state stays on the terminal.
    var keepsLast = true

    let interval = Duration.milliseconds(250)

    func show(_ snapshot: ProgressSnapshot) {
        let size = screen.size
        let frame = ProgressFrame(title: title, details: details, snapshot: snapshot)
        screen.draw(frame.lines(columns: size.columns, rows: size.rows, style: style))
    }

    func end() {
        if keepsLast { screen.keep() } else { screen.draw([]) }
    }
}
