internal import Foundation

/// Folders that a command needs.
enum Folder {
    static func create(_ path: String) throws {
        guard !path.isEmpty else { return }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                .failure,
                "the folder cannot be created: \(error.localizedDescription)",
                at: path,
                mend: "set dataDirectory to a folder that this user may write"
            )
        }
    }

    static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
