/// Reads the values that a server left out of an entry: Active Directory gives 1,500 at a time, as `member;range=0-1499`
/// (MS-ADTS 3.1.1.3.1.3.3).
struct MemberRanges {
    let connection: LDAPConnection

    /// The entry with all values of its attributes.
    func complete(_ entry: DirectoryEntry) async throws -> DirectoryEntry {
        guard entry.attributes.contains(where: { Range($0.name) != nil }) else { return entry }
        var entry = entry
        var merged: [DirectoryEntry.Attribute] = []
        for attribute in entry.attributes {
            guard let range = Range(attribute.name) else {
                // Beside the range, the attribute itself comes without values.
                let isEmpty = attribute.values.isEmpty
                let hasRange = entry.attributes.contains {
                    Range($0.name)?.attribute.equalsIgnoringCase(attribute.name) == true
                }
                if !isEmpty || !hasRange { merged.append(attribute) }
                continue
            }
            let rest = try await values(after: range, of: entry.dn)
            merged.append(DirectoryEntry.Attribute(name: range.attribute, values: attribute.values + rest))
        }
        entry.attributes = merged
        return entry
    }

    private func values(after first: Range, of dn: String) async throws -> [[UInt8]] {
        var values: [[UInt8]] = []
        var range = first
        while let end = range.end {
            let wanted = "\(range.attribute);range=\(end + 1)-*"
            let search = DirectorySearch(base: dn, scope: .base, filter: "(objectClass=*)", attributes: [wanted])
            let answer = try await connection.answer(to: search)
            guard answer.result.code == ResultCode.success else {
                throw DirectoryError("reading \(wanted) of \(dn)", at: connection.server.text, answer.result)
            }
            let found = answer.entries.first?.attributes.lazy.compactMap { attribute in
                Range(attribute.name).map { ($0, attribute.values) }
            }.first { $0.0.attribute.equalsIgnoringCase(range.attribute) && $0.0.start == end + 1 }
            guard let (next, more) = found, next.end.map({ $0 > end }) ?? true else {
                throw DirectoryError(
                    .invalid,
                    "\(dn) at \(connection.server.text): the server does not give \(wanted), which it said there is"
                )
            }
            values += more
            range = next
        }
        return values
    }

    /// `attribute;range=start-end`, or `…-*` for the last.
    private struct Range {
        let attribute: String
        let start: Int
        let end: Int?

        init?(_ name: String) {
            let options = name.split(separator: ";")
            guard options.count > 1,
                let option = options.dropFirst().first(where: {
                    $0.utf8.count > 6 && String($0.prefix(6)).equalsIgnoringCase("range=")
                })
            else { return nil }
            let bounds = option.dropFirst(6).split(separator: "-")
            guard bounds.count == 2, let start = Int(bounds[0]) else { return nil }
            let end = Int(bounds[1])
            // A server may claim anything; what is counted on has room.
            guard end != nil || bounds[1] == "*", start..<(1 << 40) ~= (end ?? start) else { return nil }
            attribute = String(options[0])
            (self.start, self.end) = (start, end)
        }
    }
}
