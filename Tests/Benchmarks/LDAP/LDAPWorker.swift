internal import ArgumentParser
internal import EntitySources
internal import Ingestion

/// One worker over a directory, until its cycle has ended.
struct LDAPWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ldap-worker", shouldDisplay: false)

    @Option var redis: String
    @Option var url: String
    @Option var base: String
    @Option(help: "Who reads; nobody unless given.") var dn: String?
    @Option var password = ""

    func run() async throws {
        var configuration = LDAPSource.Configuration(url: url)
        configuration.users = LDAPSource.Search(bases: [base])
        configuration.users?.filter = "(objectClass=inetOrgPerson)"
        if let dn { configuration.authentication = .simple(dn: dn, password: password) }
        let provider = Provider.benchmark(try LDAPSource(configuration, logger: .quiet))
        let cycle = try await PrivateRedis.connected(to: redis) { redis in
            try await WholeCycle.run(provider, on: redis)
        }
        print("entities \(cycle.status.counts.marked)")
        print("seconds \(cycle.seconds)")
        print("memory \(ProcessUsage.peakMemory)")
    }
}
