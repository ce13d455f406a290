internal import Ingestion

/// The configuration that the demo runs: the file of deploy/examples that users read and copy, as it was built in.
enum DemoConfiguration {
    static let file = "deploy/examples/debian-packages.yaml"

    /// What is embedded, with the address of the demo's own API.
    static func load(url: String) throws(ConfigurationError) -> Configuration {
        try Configuration.parse(
            String(decoding: PackageResources.debian_packages_yaml, as: UTF8.self),
            file: file,
            environment: ["TIDEMARK_DEMO_URL": url]
        ) { _ in "" }
    }

    /// As the file has it, but for failures: nobody waits through hours of backoff in a demonstration.
    static func impatient(_ provider: Provider) -> Provider {
        var provider = provider
        provider.backoff = [.milliseconds(250), .seconds(1)]
        provider.maxAttempts = 5
        return provider
    }
}
