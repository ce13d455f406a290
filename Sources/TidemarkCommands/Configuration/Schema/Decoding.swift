/// What is gathered while a file is decoded: the problems so far, and where paths and secrets are read from.
struct Decoding: Sendable {
    /// The folder of the configuration file: paths in it are relative to it.
    let directory: String
    /// Whether a secret may be missing, as nobody is going to be sent it.
    let toleratesMissingSecrets: Bool
    /// Reads a file's text, for secrets; exchanged in tests.
    let readFile: @Sendable (String) throws -> String

    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []
    /// Every secret that was read, so that none reaches a log.
    private(set) var secrets: [String] = []
    /// Those of them that nothing but their owner has.
    private(set) var tokens: [String] = []
    /// Where one is missing, and may be.
    private(set) var missingSecrets: Set<Place> = []

    init(
        directory: String,
        toleratesMissingSecrets: Bool = false,
        readFile: @escaping @Sendable (String) throws -> String
    ) {
        self.directory = directory
        self.toleratesMissingSecrets = toleratesMissingSecrets
        self.readFile = readFile
    }

    mutating func report(_ message: String, at place: Place, _ path: ConfigurationPath, mend: String? = nil) {
        problems.append(ConfigurationProblem(place: place, path: path, message: message, mend: mend))
    }

    mutating func warn(_ message: String, at place: Place, _ path: ConfigurationPath, mend: String? = nil) {
        warnings.append(ConfigurationProblem(place: place, path: path, message: message, mend: mend))
    }

    /// - Parameter isToken: whether an entity that contains it should not be, rather than may happen to.
    mutating func keep(secret: String?, isToken: Bool = true) {
        guard let secret else { return }
        secrets.append(secret)
        if isToken { tokens.append(secret) }
    }

    /// What stands in for a secret that is missing and may be; nil if it may not, or is not missing.
    mutating func standIn(for scalar: YAMLScalar?, at place: Place) -> String? {
        guard toleratesMissingSecrets, scalar?.lacksVariable == true else { return nil }
        missingSecrets.insert(place)
        return Self.standIn
    }

    /// A value that no source has.
    static let standIn = "missing-secret"

    /// A path of the file as an absolute one, or relative to the working directory as the file's folder is.
    func resolve(_ path: String) -> String {
        let path = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
    }
}
