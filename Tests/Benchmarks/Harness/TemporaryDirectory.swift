internal import Foundation

/// A folder that nobody else uses.
struct TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory
        path = folder.appending(path: "tidemark-benchmark-\(UInt32.random(in: .min ... .max))").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
