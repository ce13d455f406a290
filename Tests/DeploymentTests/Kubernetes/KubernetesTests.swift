import Catalog
import Foundation
import Ingestion
import TestSupport
import Testing

@Suite("deploy/kubernetes", .enabled(if: KubernetesOverlay.canBeBuilt, "there is no kubectl")) struct KubernetesTests {
    /// The oldest and the newest Kubernetes that the manifests are for, as far as there are schemas.
    private static let versions = ["1.30", "1.37"]

    /// Prints each resource that is not valid: to the schemas of each version, with nothing that they do not know, or to the models of
    /// the other resources, which take a while to load.
    private static let validator = """
        import importlib, sys, yaml, kubernetes_validate
        models = {
            "ScaledObject": "keda.v1alpha1",
            "TriggerAuthentication": "keda.v1alpha1",
            "ServiceMonitor": "prometheus_operator.v1",
            "PrometheusRule": "prometheus_operator.v1",
        }
        for document in yaml.safe_load_all(sys.stdin):
            kind = document["kind"]
            try:
                if kind in models:
                    module = importlib.import_module("cloudcoil.models." + models[kind])
                    getattr(module, kind).model_validate(document)
                else:
                    for version in sys.argv[1:]:
                        kubernetes_validate.validate(document, version, strict=True)
            except Exception as error:
                print(kind, document["metadata"]["name"], error)
        """

    private static func problems(_ yaml: String) async throws -> String {
        try await Tool.run(Tool.python + "python", ["-c", validator] + versions, input: yaml).output
    }

    @Test(
        "What kustomize builds is valid to the schemas of Kubernetes, of KEDA and of the Prometheus operator",
        arguments: KubernetesOverlay.names
    )
    func schemas(_ overlay: String) async throws {
        #expect(try await Self.problems(KubernetesOverlay(overlay).yaml) == "")
    }

    @Test("The example of the secrets is valid, too, and has all that the manifests name")
    func secrets() async throws {
        let yaml = try DeployFolder.text("kubernetes/secrets.example.yaml")
        #expect(try await Self.problems(yaml) == "")
        let examples = try await KubernetesOverlay.exampleSecrets()
        for name in KubernetesOverlay.names {
            let overlay = try await KubernetesOverlay(name)
            var needed: [(name: String?, key: String?)] = []
            for workload in overlay.workloads {
                for volume in workload["spec"]?["template"]?["spec"]?["volumes"]?.array ?? []
                where volume["secret"] != nil {
                    needed.append((volume["secret"]?["secretName"]?.string, nil))
                }
            }
            for authentication in overlay.all("TriggerAuthentication") {
                for parameter in authentication["spec"]?["secretTargetRef"]?.array ?? [] {
                    needed.append((parameter["name"]?.string, parameter["key"]?.string))
                }
            }
            for endpoint in overlay.all("ServiceMonitor").flatMap({ $0["spec"]?["endpoints"]?.array ?? [] }) {
                let credentials = endpoint["authorization"]?["credentials"]
                needed.append((credentials?["name"]?.string, credentials?["key"]?.string))
            }
            #expect(needed.count >= 3)
            for (secret, key) in needed {
                let keys = try #require(examples[secret ?? ""], "\(name): \(secret ?? "")")
                if let key { #expect(keys.contains(key), "\(name): \(secret ?? "").\(key)") }
            }
        }
    }

    @Test(
        "A mistake is found",
        arguments: [("replicas: 1", "replica: 1"), ("httpGet:", "httpget:"), ("drop:", "dropped:")]
    )
    func mistakes(_ right: String, _ wrong: String) async throws {
        let yaml = try DeployFolder.text("kubernetes/base/worker.yaml")
        #expect(
            try await Self.problems(yaml.replacing(right, with: wrong)).hasPrefix(
                "Deployment tidemark-worker "
            )
        )
    }

    @Test(
        "Every pod keeps to the restricted pod security standard, with a root that cannot be written to",
        arguments: KubernetesOverlay.names
    )
    func podSecurity(_ name: String) async throws {
        let overlay = try await KubernetesOverlay(name)
        #expect(overlay.workloads.count >= 3)
        for workload in overlay.workloads {
            let pod = try #require(workload["spec"]?["template"]?["spec"])
            #expect(pod["automountServiceAccountToken"] == false)
            #expect(pod["securityContext"]?["runAsNonRoot"] == true)
            #expect(pod["securityContext"]?["seccompProfile"]?["type"] == "RuntimeDefault")
            for container in pod["containers"]?.array ?? [] {
                let context = container["securityContext"]
                #expect(context?["allowPrivilegeEscalation"] == false)
                #expect(context?["readOnlyRootFilesystem"] == true)
                #expect(context?["capabilities"]?["drop"] == ["ALL"])
                #expect(container["resources"]?["limits"]?["memory"] != nil)
            }
        }
    }

    @Test(
        "Selectors find pods: those of services, budgets, network policies and autoscalers",
        arguments: KubernetesOverlay.names
    )
    func selectors(_ name: String) async throws {
        let overlay = try await KubernetesOverlay(name)
        let pods = overlay.workloads.compactMap { $0["spec"]?["template"]?["metadata"]?["labels"]?.object }
        func find(_ labels: JSON?) -> Int {
            let labels = labels?.object ?? [:]
            return pods.count { pod in labels.allSatisfy { pod[$0.key] == $0.value } }
        }
        for workload in overlay.workloads { #expect(find(workload["spec"]?["selector"]?["matchLabels"]) == 1) }
        for service in overlay.all("Service") { #expect(find(service["spec"]?["selector"]) == 1) }
        for budget in overlay.all("PodDisruptionBudget") {
            #expect(find(budget["spec"]?["selector"]?["matchLabels"]) == 1)
        }
        for policy in overlay.all("NetworkPolicy") {
            #expect(find(policy["spec"]?["podSelector"]?["matchLabels"]) >= 1)
        }
        for scaler in overlay.all("ScaledObject") + overlay.all("HorizontalPodAutoscaler") {
            let target = scaler["spec"]?["scaleTargetRef"]
            let deployment = try #require(overlay.one(target?["kind"]?.string ?? "", target?["name"]?.string ?? ""))
            // Or each apply would set the number back.
            #expect(deployment["spec"]?["replicas"] == nil)
        }
    }

    @Test(
        "Every pod of Tidemark is probed on what it serves, but for the consumer, which serves nothing",
        arguments: KubernetesOverlay.names
    )
    func probes(_ name: String) async throws {
        let overlay = try await KubernetesOverlay(name)
        for workload in ["tidemark-worker", "tidemark-serve"] {
            let pod = try #require(overlay.one("Deployment", workload)?["spec"]?["template"]?["spec"])
            let container = try #require(pod["containers"]?[0])
            let port = try #require(
                container["ports"]?.array?.first { $0["name"] == "http" }?["containerPort"]?.integer
            )
            #expect(container["args"]?.array?.contains(.string("0.0.0.0:\(port)")) == true)
            #expect(container["livenessProbe"]?["httpGet"] == ["path": "/health/live", "port": "http"])
            #expect(container["readinessProbe"]?["httpGet"] == ["path": "/health/ready", "port": "http"])
        }
    }

    @Test("The image's tag is the version of the program", arguments: KubernetesOverlay.names)
    func version(_ name: String) async throws {
        let version = try await withTemporaryDirectory { try await tidemark("--version", in: $0).output }
        let images = try await KubernetesOverlay(name).workloads.compactMap {
            $0["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]?.string
        }
        #expect(images.filter { $0 + "\n" == "tidemark:" + version }.count == 3, "\(images)")
    }

    @Test("KEDA counts the lists that the engine keeps, and only one autoscaler is there")
    func autoscaling() async throws {
        let overlay = try await KubernetesOverlay("production")
        let scaled = try #require(overlay.one("ScaledObject", "tidemark-worker")?["spec"])
        let keys = LaneKeys(prefix: "tidemark", lane: 0)
        let lists = (scaled["triggers"]?.array ?? []).map { [$0["name"]?.string, $0["metadata"]?["listName"]?.string] }
        #expect(lists == [["ready", keys.ready], ["leased", keys.leased]])
        #expect(scaled["advanced"]?["scalingModifiers"]?["target"]?.string == "\(WorkerSettings().concurrency)")
        #expect((scaled["minReplicaCount"]?.integer ?? 0) >= 1)
        #expect(overlay.all("HorizontalPodAutoscaler").isEmpty)
    }

    @Test("Workers and the HTTP side are scraped, under names that the rules look at; rules and dashboard are there")
    func monitoring() async throws {
        let overlay = try await KubernetesOverlay("production")
        let monitor = try #require(overlay.one("ServiceMonitor", "tidemark")?["spec"])
        let selected = monitor["selector"]?["matchLabels"]?.object ?? [:]
        let services = overlay.all("Service").filter { service in
            selected.allSatisfy { service["metadata"]?["labels"]?[$0.key] == $0.value }
        }
        // The job is named after the service.
        #expect(
            services.compactMap { $0["metadata"]?["name"]?.string }.sorted() == ["tidemark-serve", "tidemark-worker"]
        )
        let port = monitor["endpoints"]?[0]?["port"]
        for service in services {
            #expect(service["spec"]?["ports"]?.array?.contains { $0["name"] == port } == true)
        }
        #expect(overlay.one("NetworkPolicy", "tidemark-monitoring") != nil)
        let rules = try await DeployFolder.documents(AlertRules().text)
        #expect(overlay.one("PrometheusRule", "tidemark")?["spec"] == rules.first)
        let dashboard = try #require(overlay.one("ConfigMap", "tidemark-dashboard"))
        #expect(dashboard["metadata"]?["labels"]?["grafana_dashboard"] == "1")
        #expect(dashboard["data"]?["tidemark.json"]?.string == (try DeployFolder.text("grafana/tidemark.json")))
    }

    @Test("The other autoscaler can stand in its place")
    func otherAutoscaler() async throws {
        try await withTemporaryDirectory { directory in
            // kustomize takes no components by absolute paths.
            let copy = directory + "/deploy"
            try FileManager.default.copyItem(atPath: DeployFolder.path, toPath: copy)
            let file = URL(filePath: copy + "/kubernetes/overlays/production/kustomization.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let swapped = text.replacing("  - ../../components/keda\n", with: "  - ../../components/hpa\n")
            let patch = try #require(swapped.range(of: "  # KEDA asks the sentinels, too.\n"))
            try Data(swapped[..<patch.lowerBound].utf8).write(to: file)
            let yaml = try await Tool.run("kubectl", ["kustomize", copy + "/kubernetes/overlays/production"]).output
            #expect(try await Self.problems(yaml) == "")
            let kinds = try await DeployFolder.documents(yaml).compactMap { $0["kind"]?.string }
            #expect(kinds.contains("HorizontalPodAutoscaler") && !kinds.contains("ScaledObject"))
        }
    }
}
