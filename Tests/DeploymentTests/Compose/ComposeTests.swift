import Catalog
import Foundation
import Testing

@Suite("deploy/compose") struct ComposeTests {
    @Test("The file is valid to the schema of compose files")
    func schema() async throws {
        let file = DeployFolder.file("compose/compose.yaml")
        try await Tool.run(Tool.python + "check-jsonschema", ["--builtin-schema", "vendor.compose-spec", file])
    }

    @Test("Whatever a service names is there: secrets, volumes, networks, files, other services")
    func references() async throws {
        let file = try await ComposeFile()
        func names(_ key: String) -> Set<String> { Set((file.content[key]?.object ?? [:]).keys) }
        for (name, service) in file.services {
            for secret in service["secrets"]?.array ?? [] {
                #expect(
                    names("secrets").contains(secret.string ?? secret["source"]?.string ?? ""),
                    "\(name): \(secret)"
                )
            }
            for network in service["networks"]?.array ?? [] {
                #expect(names("networks").contains(network.string ?? ""))
            }
            for volume in service["volumes"]?.array ?? [] {
                let source = String(volume.string?.split(separator: ":").first ?? "")
                let isThere =
                    source.hasPrefix(".")
                    ? FileManager.default.fileExists(atPath: DeployFolder.file("compose/" + source))
                    : names("volumes").contains(source)
                #expect(isThere, "\(name): \(volume)")
            }
            for other in (service["depends_on"]?.object ?? [:]).keys { #expect(file.services[other] != nil) }
            if let build = service["build"] {
                let context = DeployFolder.file("compose/" + (build["context"]?.string ?? ""))
                #expect(FileManager.default.fileExists(atPath: "\(context)/\(build["dockerfile"]?.string ?? "")"))
            }
        }
    }

    @Test("No service may do more than it needs, and none is reached from other machines")
    func confinement() async throws {
        for (name, service) in try await ComposeFile().services {
            #expect(service["read_only"] == true, "\(name)")
            #expect(service["cap_drop"] == ["ALL"], "\(name)")
            #expect(service["security_opt"] == ["no-new-privileges:true"], "\(name)")
            for port in service["ports"]?.array ?? [] {
                #expect(port.string?.hasPrefix("127.0.0.1:") == true, "\(name)")
            }
        }
    }
}
