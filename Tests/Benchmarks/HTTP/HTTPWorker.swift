internal import ArgumentParser
internal import EntitySources
internal import Ingestion

/// One worker over the record server, until its cycle has ended.
struct HTTPWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "http-worker", shouldDisplay: false)

    @Option var redis: String
    @Option var url: String

    func run() async throws {
        var configuration = HTTPSource.Configuration(url: url)
        configuration.pagination = .linkHeader()
        configuration.records = ".items[]"
        configuration.entity = """
            { apiVersion: "backstage.io/v1alpha1", kind: "Component",
              metadata: { name: .name, annotations: { "github.com/project-slug": .full_name } },
              spec: { type: "service", lifecycle: "production", owner: .owner.login } }
            """
        let provider = Provider.benchmark(try HTTPSource(configuration, logger: .quiet))
        let cycle = try await PrivateRedis.connected(to: redis) { redis in
            try await WholeCycle.run(provider, on: redis)
        }
        print("entities \(cycle.status.counts.marked)")
        print("seconds \(cycle.seconds)")
        print("processor \(ProcessUsage.processorTime)")
        print("memory \(ProcessUsage.peakMemory)")
    }
}
