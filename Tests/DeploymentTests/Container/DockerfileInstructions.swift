import Catalog
import Testing

/// The words of the Dockerfile's last instruction of a kind, where it gives them as a list.
func dockerfileWords(_ instruction: String) throws -> [String] {
    let line = try #require(
        try DeployFolder.text("container/Dockerfile").split(separator: "\n").last { $0.hasPrefix(instruction + " ") }
    )
    let list = try #require(line.firstIndex(of: "["))
    return try #require(try JSON(parsing: String(line[list...])).array).compactMap(\.string)
}

/// The variables that the image sets for every process.
func dockerfileEnvironment() throws -> [String: String] {
    let lines = try DeployFolder.text("container/Dockerfile").split(separator: "\n").filter { $0.hasPrefix("ENV ") }
    let pairs = lines.map { $0.dropFirst(4).split(separator: "=", maxSplits: 1).map(String.init) }
    return Dictionary(pairs.map { ($0[0], $0[1]) }, uniquingKeysWith: { _, last in last })
}
