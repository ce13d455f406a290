/// The way to a value: `providers.github.source.http.url`, `backoff[2]`.
struct ConfigurationPath: Sendable, Hashable, CustomStringConvertible {
    private(set) var description = ""

    /// The last key as the file has it.
    private(set) var lastName = ""

    static let root = ConfigurationPath()

    /// The path of a key below this one; a name that would be misread is quoted.
    func appending(key: String) -> ConfigurationPath {
        var path = self
        let isPlain = !key.isEmpty && key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        path.lastName = key
        path.description += (description.isEmpty ? "" : ".") + (isPlain ? key : "\"\(key)\"")
        return path
    }

    /// The path of an item of a list.
    func appending(index: Int) -> ConfigurationPath {
        var path = self
        path.description += "[\(index)]"
        return path
    }
}
