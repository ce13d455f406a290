internal import FoundationEssentials

/// Where in which revision of a list to go on reading. To a client it is an opaque text.
struct PageCursor: Codable, Equatable {
    /// The list that it belongs to.
    var list: RecordList
    /// The maintainer whose packages it goes through; none for the whole list.
    var maintainer: String?
    /// The revision that it was made in: in any other, its positions mean other records.
    var revision: Int
    /// The position of the next record.
    var position: Int
    /// Where its chain ends.
    var end: Int

    init(list: RecordList, of maintainer: String? = nil, revision: Int, position: Int, end: Int) {
        self.list = list
        self.maintainer = maintainer
        self.revision = revision
        self.position = position
        self.end = end
    }

    /// Reads what ``text`` gave; nil for anything else.
    init?(text: String) {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 } + padding
        guard let data = Data(base64Encoded: String(base64)),
            let cursor = try? JSONDecoder().decode(PageCursor.self, from: data),
            0 <= cursor.position, cursor.position <= cursor.end
        else { return nil }
        self = cursor
    }

    /// JSON as base64url (RFC 4648, section 5) without padding.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let base64 = try encoder.encode(self).base64EncodedString()
            return String(base64.compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
        }
    }
}
