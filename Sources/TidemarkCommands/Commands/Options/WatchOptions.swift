internal import ArgumentParser

/// What commands take that can go on showing.
struct WatchOptions: ParsableArguments {
    @Flag(help: "Go on showing, each second, until interrupted.")
    var watch = false

    /// Shows once, or each second: in place on a terminal, one after the other elsewhere.
    func show<Value: Displayable>(
        _ console: Console,
        asJSON: Bool,
        _ read: () async throws -> Value
    ) async throws {
        guard watch else { return console.show(try await read(), asJSON: asJSON) }
        let screen = Screen(isTerminal: console.isTerminal, write: console.output)
        while true {
            let value = try await read()
            if asJSON || !console.isTerminal {
                console.show(value, asJSON: asJSON)
            } else {
                screen.draw(value.lines(width: console.width, style: console.style))
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
