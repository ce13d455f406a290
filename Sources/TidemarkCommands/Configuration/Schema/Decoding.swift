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
        guard let scalar, permitMissing(scalar, at: place) else { return nil }
        return Self.standIn
    }

    /// Keeps what came from the environment out of all that is printed, whatever it is called; it may be missing in a replay.
    ///
    /// - Parameter isHidden: whether that holds for a value in this scalar.
    mutating func hide(_ node: YAMLNode, where isHidden: (_ value: String, _ text: String) -> Bool) {
        switch node.content {
        case .list(let nodes): for node in nodes { hide(node, where: isHidden) }
        case .mapping(let entries): for entry in entries { hide(entry.value, where: isHidden) }
        case .scalar(let scalar):
            for value in scalar.secrets where isHidden(value, scalar.text) { keep(secret: value, isToken: false) }
            if isHidden(Self.standIn, scalar.text) { _ = permitMissing(scalar, at: node.place) }
        }
    }

    private mutating func permitMissing(_ scalar: YAMLScalar, at place: Place) -> Bool {
        guard toleratesMissingSecrets, scalar.lacksVariable else { return false }
        missingSecrets.insert(place)
        // What it stands in for was hidden when the requests were recorded.
        keep(secret: Self.standIn, isToken: false)
        return true
    }

    /// A value that no source has.
    static let standIn = "missing-secret"

    /// A path of the file as an absolute one, or relative to the working directory as the file's folder is.
    func resolve(_ path: String) -> String {
        let path = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
    }
}
