internal import Catalog
internal import Foundation
internal import Glibc

/// Where commands print, and what is known about it.
struct Console: Sendable {
    /// Writes one text to standard output as it stands.
    var output: @Sendable (String) -> Void
    /// Reads standard input to its end, but no further than so many bytes and one more; nil where a person would have to type it.
    var input: @Sendable (_ most: Int) -> [UInt8]? = { _ in nil }
    /// Writes to standard error: errors, logs and progress.
    var screen: Screen
    /// Whether a person looks at standard output.
    var isTerminal: Bool
    /// The environment.
    var environment: [String: String]
    /// What no command may print, known once the configuration is.
    let secrets = PrintedSecrets()

    /// The console of the command that runs; exchanged in tests.
    @TaskLocal static var current = Console.process

    /// The process's own output, error and environment.
    static let process = Console(
        output: { write($0, to: STDOUT_FILENO) },
        input: { isatty(STDIN_FILENO) == 1 ? nil : read(STDIN_FILENO, most: $0) },
        screen: Screen(isTerminal: isatty(STDERR_FILENO) == 1 && !isDumb) { write($0, to: STDERR_FILENO) },
        isTerminal: isatty(STDOUT_FILENO) == 1,
        environment: ProcessInfo.processInfo.environment
    )

    /// The columns of the terminal; nil where nobody looks, so that nothing is cut.
    var width: Int? { isTerminal ? Self.columns(STDOUT_FILENO, environment) : nil }

    /// How standard output is coloured; NO_COLOR is honoured (no-color.org).
    var style: Style {
        Style(isEnabled: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb")
    }

    /// How standard error is coloured.
    var errorStyle: Style {
        Style(isEnabled: screen.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty)
    }

    func print(_ line: String) {
        output(secrets.redact(line) + "\n")
    }

    /// Prints a line above a progress display, where both are on one terminal.
    func say(_ line: String) {
        if isTerminal, screen.isTerminal { screen.print(line) } else { print(line) }
    }

    func show(_ value: some Displayable, asJSON: Bool) {
        if asJSON {
            print(PrettyJSON.text(value.json))
        } else {
            for line in value.lines(width: width, style: style) { print(line) }
        }
    }

    /// The bytes of a file, or of standard input; one more than `most` at most.
    func read(_ file: String?, _ most: Int) throws -> [UInt8] {
        guard let file else {
            if let bytes = input(most) { return bytes }
            throw CommandFailure(.usage, "nothing comes on standard input", mend: "write `< FILE`, or --file FILE")
        }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(.failure, "the file cannot be read: \(String(cString: strerror(errno)))", at: file)
        }
        defer { close(descriptor) }
        return Self.read(descriptor, most: most)
    }

    /// The size of the terminal behind a descriptor.
    static func columns(_ descriptor: Int32, _ environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap(Int.init) ?? 80
    }

    private static var isDumb: Bool { ProcessInfo.processInfo.environment["TERM"] == "dumb" }

    /// What is read until the end, or until it is more than `most` bytes.
    private static func read(_ descriptor: Int32, most: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= most {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes += buffer.prefix(count)
            } else if count == 0 || errno != EINTR && errno != EAGAIN {
                break
            }
        }
        return bytes
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR && errno != EAGAIN {
                return  // The reader is gone; there is nobody to tell.
            }
        }
    }
}
