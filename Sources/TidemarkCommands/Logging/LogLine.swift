internal import Administration
internal import Logging

/// One line of the log, apart from how it is written.
struct LogLine: Sendable {
    /// Milliseconds since 1970.
    let time: Int64
    let level: Logger.Level
    let label: String
    let message: String
    let metadata: [(key: String, value: String)]

    /// `2026-11-23T22:19:50.745Z info     provider registered provider.name=github`.
    func text(_ style: Style) -> String {
        let level = level.rawValue + String(repeating: " ", count: 8 - level.rawValue.count)
        var line =
            "\(style(Timestamp.text(milliseconds: time), .faint)) \(style(level, role)) \(TextWidth.sanitized(message))"
        for (key, value) in metadata {
            line += " " + style("\(key)=", .faint) + Self.quoted(value)
        }
        return line
    }

    /// One object, metadata keys beside `time`, `level`, `logger` and `message`; one of the same name gets a `_`.
    var json: String {
        var text = "{"
        func append(_ key: String, _ value: String) {
            if text.count > 1 { text += "," }
            PrettyJSON.write(key, into: &text)
            text += ":"
            PrettyJSON.write(value, into: &text)
        }
        append("time", Timestamp.text(milliseconds: time))
        append("level", level.rawValue)
        append("logger", label)
        append("message", message)
        for (key, value) in metadata {
            append(["time", "level", "logger", "message"].contains(key) ? key + "_" : key, value)
        }
        return text + "}"
    }

    private var role: Style.Role? {
        switch level {
        case .trace, .debug: .faint
        case .info, .notice: nil
        case .warning: .warning
        case .error, .critical: .bad
        }
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" }
        guard !isPlain || TextWidth.sanitized(value) != value else { return value }
        var text = ""
        PrettyJSON.write(value, into: &text)
        return TextWidth.sanitized(text)
    }
}
