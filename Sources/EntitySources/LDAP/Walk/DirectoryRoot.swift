/// What a server says of itself in its root (RFC 4512, 5.1); all empty where it shows none.
struct DirectoryRoot: Sendable {
    var controls: Set<String> = []
    var namingContexts: [String] = []
    var isActiveDirectory = false
    /// Active Directory: the server's name, the entry of its settings, and its newest change.
    var server: String?
    var settings: String?
    var highestUpdate: Int64?

    static func read(_ connection: LDAPConnection) async throws -> DirectoryRoot {
        let search = DirectorySearch(
            base: "",
            scope: .base,
            filter: "(objectClass=*)",
            attributes: [
                "supportedControl", "supportedCapabilities", "namingContexts", "dnsHostName", "dsServiceName",
                "highestCommittedUSN",
            ]
        )
        var root = DirectoryRoot()
        guard let entry = try await connection.answer(to: search).entries.first else { return root }
        func texts(_ name: String) -> [String] { entry.values(of: name).map { String(decoding: $0, as: UTF8.self) } }
        root.controls = Set(texts("supportedControl"))
        root.namingContexts = texts("namingContexts")
        root.isActiveDirectory = texts("supportedCapabilities").contains(ActiveDirectory.capability)
        root.server = entry.text(of: "dnsHostName")
        root.settings = entry.text(of: "dsServiceName")
        root.highestUpdate = entry.text(of: "highestCommittedUSN").flatMap { Int64($0) }
            .flatMap { 0...UpdateWindow.highest ~= $0 ? $0 : nil }
        return root
    }

    /// The id of the server's database, which a restored backup changes; empty where it is not shown.
    func invocation(_ connection: LDAPConnection) async throws -> String {
        guard let settings else { return "" }
        let search = DirectorySearch(
            base: settings,
            scope: .base,
            filter: "(objectClass=*)",
            attributes: ["invocationId"]
        )
        let answer = try await connection.answer(to: search)
        return answer.entries.first?.values(of: "invocationId").first?.hexadecimal ?? ""
    }
}
