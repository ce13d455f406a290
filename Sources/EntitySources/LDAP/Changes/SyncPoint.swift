internal import Ingestion

/// Finds the point from which a server tells what changes from now on.
struct SyncPoint {
    let plan: LDAPPlan
    let client: LDAPSource.Client

    /// The cookie for a base: that of its database, which the entry at the database's root has.
    func cookie(of base: String) async throws -> String {
        let connection = try await client.connection(to: nil)
        let root = try await DirectoryRoot.read(connection)
        let server = connection.server.text
        guard root.controls.contains(DirectoryControl.syncRequest) else {
            throw refused("\(server) does not offer content synchronization (RFC 4533)")
        }
        guard (plan.key ?? "entryUUID").equalsIgnoringCase("entryUUID") else {
            throw refused("content synchronization names entries by their entryUUID, and `key` is another attribute")
        }
        let name = DistinguishedName(base)
        let context = root.namingContexts
            .compactMap { text in DistinguishedName(text).map { (text, $0) } }
            .filter { name?.depth(below: $0.1) != nil }
            .max { $0.1.names.count < $1.1.names.count }?.0
        guard let context else { throw refused("\(server) names no database that holds \(base)") }
        let request = DirectorySearch(
            base: context,
            scope: .base,
            filter: "(objectClass=*)",
            attributes: ["contextCSN"]
        )
        let answer = try await connection.answer(to: request)
        let numbers = answer.entries.first?.values(of: "contextCSN").map { String(decoding: $0, as: UTF8.self) } ?? []
        guard !numbers.isEmpty else {
            throw refused(
                "\(server) shows no contextCSN of \(context): it needs the overlay syncprov with a session log "
                    + "(syncprov-sessionlog), and this user the right to read the attribute"
            )
        }
        // As a consumer with the number 0 has it; without its start the server would begin anew, and say nothing.
        return "rid=000,csn=" + numbers.sorted().joined(separator: ";")
    }

    private func refused(_ reason: String) -> SourceError {
        SourceError(.refused, "\(reason): what changes between cycles cannot be told, leave `changes` out")
    }
}
