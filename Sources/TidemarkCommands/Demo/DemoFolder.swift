internal import Foundation

/// Where the demo keeps its Redis and its catalog: a folder that is named and stays, or one of its own that goes.
struct DemoFolder: Sendable {
    let path: String
    private let isTemporary: Bool

    /// A named folder must hold nothing of an earlier demo: the counts would be that one's.
    init(_ named: String?) throws {
        isTemporary = named == nil
        path = named ?? NSTemporaryDirectory() + "tidemark-demo-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        for file in ["catalog.sqlite", "redis"] where FileManager.default.fileExists(atPath: "\(path)/\(file)") {
            throw CommandFailure(
                .usage,
                "the folder holds the data of an earlier run: \(file)",
                at: path,
                mend: "name another folder, or remove this one"
            )
        }
        try Folder.create(path)
    }

    func removeIfTemporary() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
