internal import Logging

extension LDAPSource {
    /// The connections of one burst, and the leaf that it is reading. For one task at a time.
    public final class Client {
        let mapper: EntryMapper
        /// The leaf whose next page this client can read.
        var progress: LeafReader.Progress?
        private let plan: LDAPPlan
        private let logger: Logger
        /// By the server that a referral named; nil for the configured ones.
        private var connections: [LDAPURL?: LDAPConnection] = [:]
        private var resolvers: [LDAPURL?: (key: LeafKey, resolver: MemberResolver)] = [:]

        init(plan: LDAPPlan, mapper: EntryMapper, logger: Logger) {
            (self.plan, self.mapper, self.logger) = (plan, mapper, logger)
        }

        /// The connection to the configured servers, or to one that a referral named; made when it is first needed.
        func connection(to server: LDAPURL?) async throws -> LDAPConnection {
            if let connection = connections[server] { return connection }
            var settings = plan.connection
            if let server {
                settings.servers = [server]
                settings.startTLS = settings.startTLS && server.scheme == .plain
            }
            let connection = try await LDAPConnection.open(settings)
            connections[server] = connection
            return connection
        }

        func close() {
            for connection in connections.values { connection.close() }
        }

        /// Entries as the mapping sees them: whole, and with the refs of what they name.
        func records(
            of entries: [DirectoryEntry],
            _ search: SearchPlan,
            _ key: LeafKey,
            on connection: LDAPConnection
        ) async throws -> [EntryRecord] {
            var whole: [DirectoryEntry] = []
            whole.reserveCapacity(entries.count)
            let ranges = MemberRanges(connection: connection)
            for entry in entries { whole.append(try await ranges.complete(entry)) }
            let resolver = try await resolver(key)
            let refs = try await resolver.refs(
                in: whole,
                attributes: (search.members.map { [$0] } ?? []) + [search.memberOf]
            )
            var writer = EntryRecordWriter(search: search, key: key, refs: refs)
            return whole.map { writer.record(of: $0) }
        }

        /// Names are looked up where the configured bases are.
        private func resolver(_ key: LeafKey) async throws -> MemberResolver {
            if let (known, resolver) = resolvers[nil], known == key { return resolver }
            let connection = try await connection(to: nil)
            let resolver = MemberResolver(plan: plan, key: key, connection: connection, logger: logger)
            resolvers[nil] = (key, resolver)
            return resolver
        }
    }
}
