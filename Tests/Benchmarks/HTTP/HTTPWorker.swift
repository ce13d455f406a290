internal import ArgumentParser
internal import EntitySources
internal import Ingestion

/// One worker over the record server, until its cycle has ended, or the one after it too.
struct HTTPWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "http-worker", shouldDisplay: false)

    @Option var redis: String
    @Option var url: String
    @Flag var again = false
    @Flag var conditional = false

    func run() async throws {
        var configuration = HTTPSource.Configuration(url: url)
        configuration.pagination = .linkHeader()
        configuration.records = ".items[]"
        configuration.conditional = conditional
        configuration.entity = """
            { apiVersion: "backstage.io/v1alpha1", kind: "Component",
              metadata: { name: .name, annotations: { "github.com/project-slug": .full_name } },
              spec: { type: "service", lifecycle: "production", owner: .owner.login } }
            """
        let provider = Provider.benchmark(try HTTPSource(configuration, logger: .quiet))
        let (cycle, second) = try await PrivateRedis.connected(to: redis) { redis in
            let cycle = try await WholeCycle.run(provider, on: redis)
            guard again else { return (cycle, WholeCycle?.none) }
            try await Operations(store: redis.store).start(provider.name)
            return (cycle, try await WholeCycle.run(provider, on: redis))
        }
        if let second {
            print("marked \(second.status.counts.marked)")
            print("unmodified \(second.status.counts.unmodified)")
            print("again \(second.seconds)")
        }
        print("entities \(cycle.status.counts.marked)")
        print("seconds \(cycle.seconds)")
        print("processor \(ProcessUsage.processorTime)")
        print("memory \(ProcessUsage.peakMemory)")
    }
}
