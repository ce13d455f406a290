import Foundation

/// `deploy/examples` of this checkout.
enum ExampleFiles {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../deploy/examples").standardized.path()

    /// The configurations in it.
    static var names: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".yaml") }.sorted()
        }
    }
}
