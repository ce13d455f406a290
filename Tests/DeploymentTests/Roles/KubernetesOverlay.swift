import Catalog
import Foundation
import TestSupport
import Testing

/// A folder of `deploy/kubernetes/overlays`, as kustomize builds it.
struct KubernetesOverlay {
    static let names = ["small", "production"]

    /// Whether there is a kubectl. Debian's own is too old for components, so `deploy/prepare` installs none.
    static let canBeBuilt = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: $0 + "/kubectl") }

    let yaml: String
    let documents: [JSON]

    init(_ name: String) async throws {
        yaml = try await Self.build("overlays/" + name)
        documents = try await DeployFolder.documents(yaml)
    }

    /// What `kubectl apply --kustomize` would send.
    static func build(_ folder: String) async throws -> String {
        try await Tool.run("kubectl", ["kustomize", DeployFolder.file("kubernetes/" + folder)]).output
    }

    func all(_ kind: String) -> [JSON] { documents.filter { $0["kind"]?.string == kind } }

    func one(_ kind: String, _ name: String) -> JSON? {
        all(kind).first { $0["metadata"]?["name"]?.string == name }
    }

    /// All that runs containers.
    var workloads: [JSON] { all("Deployment") + all("StatefulSet") }

    /// The workloads that are Tidemark's.
    func roles() async throws -> [Role] {
        let secrets = try await Self.exampleSecrets()
        return try workloads.compactMap { workload in
            let pod = try #require(workload["spec"]?["template"]?["spec"])
            let container = try #require(pod["containers"]?[0])
            guard container["image"]?.string?.hasPrefix("tidemark:") == true else { return nil }
            return try role(pod, container, secrets)
        }
    }

    /// The keys of each secret of `secrets.example.yaml`.
    static func exampleSecrets() async throws -> [String: [String]] {
        let documents = try await DeployFolder.documents(DeployFolder.text("kubernetes/secrets.example.yaml"))
        return Dictionary(
            uniqueKeysWithValues: documents.map {
                ($0["metadata"]?["name"]?.string ?? "", Array(($0["stringData"]?.object ?? [:]).keys))
            }
        )
    }

    private func role(_ pod: JSON, _ container: JSON, _ examples: [String: [String]]) throws -> Role {
        var environment = try dockerfileEnvironment()
        for source in container["envFrom"]?.array ?? [] {
            let map = try #require(one("ConfigMap", source["configMapRef"]?["name"]?.string ?? ""))
            environment.merge((map["data"]?.object ?? [:]).compactMapValues(\.string)) { _, new in new }
        }
        for variable in container["env"]?.array ?? [] {
            environment[try #require(variable["name"]?.string)] = try #require(variable["value"]?.string)
        }
        let user = String((environment["TIDEMARK_REDIS_USER"] ?? "").trimmingPrefix("tidemark-"))
        var (configuration, secrets) = ([String: String](), [String: Role.Secret]())
        for mount in container["volumeMounts"]?.array ?? [] {
            let path = try #require(mount["mountPath"]?.string)
            let volume = pod["volumes"]?.array?.first { $0["name"] == mount["name"] }
            if let name = volume?["configMap"]?["name"]?.string {
                for (file, text) in try #require(one("ConfigMap", name)?["data"]?.object) {
                    configuration[path + "/" + file] = text.string
                }
            }
            if let name = volume?["secret"]?["secretName"]?.string {
                for key in try #require(examples[name], "no example of the secret \(name)") {
                    let secret = try #require(Role.Secret(key, of: user))
                    secrets[path + "/" + key] = secret
                }
            }
        }
        return Role(
            arguments: try #require(container["args"]?.array).compactMap(\.string),
            environment: environment,
            configuration: configuration,
            secrets: secrets,
            gracePeriod: .seconds(try #require(pod["terminationGracePeriodSeconds"]?.integer))
        )
    }
}
