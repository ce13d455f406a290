import Foundation
import Logging
import Testing

@testable import TidemarkCommands

@Suite struct DemoConfigurationTests {
    @Test("The demo runs the file of deploy/examples, as it stands there")
    func isTheExample() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../deploy/examples/debian-packages.yaml").standardized
        #expect(try Array(Data(contentsOf: file)) == PackageResources.debian_packages_yaml)
        let configuration = try DemoConfiguration.load(url: "http://127.0.0.1:1")
        #expect(configuration.providers.map(\.name).sorted() == [DemoCatalog.maintainers, DemoCatalog.packages])
        #expect(configuration.warnings.isEmpty)
    }
}
