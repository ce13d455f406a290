/// The fields of a reply to INFO.
struct ServerInfo: Sendable {
    private var fields: [Substring: Substring] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
    }

    subscript(_ name: Substring) -> String? { fields[name].map(String.init) }
}
