internal import Foundation

extension Configuration {
    /// What a command needs of the file.
    enum Scope: Sendable {
        /// All of it.
        case everything
        /// All but the providers: who looks at Redis need not have the sources' tokens.
        case redis
        /// All but Redis and the secrets, which are not needed where nothing is reached.
        case replay

        fileprivate func concerns(_ problem: ConfigurationProblem) -> Bool {
            switch self {
            case .everything: true
            case .redis: !problem.path.hasPrefix("providers.")
            case .replay: problem.path != "redis" && !problem.path.hasPrefix("redis.")
            }
        }
    }

    /// Reads and checks a configuration file.
    ///
    /// - Throws: ``ConfigurationError`` with everything that is wrong with what the command needs.
    static func load(
        file: String,
        environment: [String: String],
        scope: Scope = .everything
    ) throws(ConfigurationError) -> Configuration {
        let text: String
        do {
            text = try readText(file)
        } catch {
            let isMissing = !FileManager.default.fileExists(atPath: file)
            let problem = ConfigurationProblem(
                place: .start,
                message: isMissing ? "there is no such file" : "cannot read the file as UTF-8 text",
                mend: isMissing ? "name the configuration with --config FILE or TIDEMARK_CONFIG" : nil
            )
            throw ConfigurationError(file: file, problems: [problem])
        }
        return try parse(text, file: file, environment: environment, scope: scope, readFile: readText)
    }

    /// Checks the text of a configuration file.
    static func parse(
        _ text: String,
        file: String,
        environment: [String: String],
        scope: Scope = .everything,
        readFile: @escaping @Sendable (String) throws -> String
    ) throws(ConfigurationError) -> Configuration {
        var reader = YAMLReader(text, environment: environment)
        let root = reader.read()
        let directory = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
        var decoding = Decoding(directory: directory, toleratesMissingSecrets: scope == .replay, readFile: readFile)
        var configuration: Configuration?
        if let root = root ?? (reader.problems.isEmpty ? YAMLNode(content: .mapping([]), place: .start) : nil) {
            configuration = schema.decode(root, ConfigurationPath.root, &decoding)
        }
        // A value whose variable is missing is not also empty, too short or of the wrong type.
        let broken = Set(reader.problems.map(\.place))
        let readProblems = reader.problems.filter { !decoding.missingSecrets.contains($0.place) }
        let problems = (readProblems + decoding.problems.filter { !broken.contains($0.place) })
            .filter(scope.concerns)
        guard problems.isEmpty, var configuration else {
            let redactor = Redactor(decoding.secrets)
            throw ConfigurationError(file: file, problems: problems.map { $0.redacted(redactor) })
        }
        configuration.file = file
        configuration.directory = directory
        configuration.warnings = decoding.warnings
        let encoded = configuration.providers.compactMap(\.source?.value.encodedCredentials)
        configuration.secrets = decoding.secrets + encoded
        configuration.tokens = decoding.tokens + encoded
        return configuration
    }

    private static func readText(_ file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8)
    }
}
