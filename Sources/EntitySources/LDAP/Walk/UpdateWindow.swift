internal import Catalog

/// A window of Active Directory's update numbers (`uSNChanged`, MS-ADTS 3.1.1.1.9), which are one server's own.
struct UpdateWindow: Hashable, Sendable {
    /// The server, and the id of its database: another has other numbers.
    var server: String
    var invocation: String
    var from: Int64
    var width: Int64

    /// More than a server ever has, with room to count on.
    static let highest: Int64 = 1 << 60

    init(server: String, invocation: String, from: Int64 = 0, width: Int64) {
        (self.server, self.invocation, self.from, self.width) = (server, invocation, from, width)
    }

    init?(_ json: JSON) {
        guard let server = json["server"]?.string, let invocation = json["invocation"]?.string,
            let from = json["from"]?.integer, let width = json["width"]?.integer,
            0...Self.highest ~= from, 1...Self.highest ~= width
        else { return nil }
        self.init(server: server, invocation: invocation, from: from, width: width)
    }

    var json: JSON {
        [
            "server": .string(server), "invocation": .string(invocation), "from": .integer(from),
            "width": .integer(width),
        ]
    }

    /// Whether it reaches the newest change: then it has no upper bound, since what changes meanwhile moves up.
    func isLast(highest: Int64) -> Bool { from + width > highest }

    func filter(within search: String, highest: Int64) -> String {
        let upper = isLast(highest: highest) ? "" : "(uSNChanged<=\(from + width - 1))"
        return DirectoryFilter.all(search, "(uSNChanged>=\(from))\(upper)")
    }

    /// The window after this one, wider or narrower by how many entries this one had of those that were aimed at.
    func next(after count: Int, aim: Int) -> UpdateWindow {
        var next = self
        next.from = from + width
        if count == 0 {
            next.width = min(width * 8, 1 << 40)
        } else if count * 2 < aim {
            next.width = min(width * 2, 1 << 40)
        }
        return next
    }

    /// The same start with fewer entries; nil when it cannot be narrower.
    func narrower(highest: Int64) -> UpdateWindow? {
        var narrower = self
        narrower.width = max(1, min(width, highest - from + 1) / 4)
        return narrower.width < width ? narrower : nil
    }
}
