internal import Yams

/// Reads YAML text into nodes with places, puts the environment in and follows aliases and merge keys.
///
/// Reads all of the file even if variables are missing, so that every problem is reported at once.
struct YAMLReader {
    /// More values than any configuration has: aliases of aliases can multiply.
    private static let nodeLimit = 200_000

    private let shield: VariableShield
    private let interpolation: Interpolation
    private var nodes = 0
    private(set) var problems: [ConfigurationProblem] = []

    init(_ text: String, environment: [String: String]) {
        self.shield = VariableShield(text)
        self.interpolation = Interpolation(environment: environment)
    }

    /// The root of the file; nil when it is empty or cannot be parsed, and then ``problems`` says why.
    mutating func read() -> YAMLNode? {
        do {
            guard let root = try Yams.compose(yaml: shield.text) else { return nil }
            return convert(root, at: .root)
        } catch {
            problems.append(Self.problem(of: error))
            return nil
        }
    }

    private mutating func convert(_ node: Node, at path: ConfigurationPath) -> YAMLNode? {
        let place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
        nodes += 1
        guard nodes <= Self.nodeLimit else {
            if nodes == Self.nodeLimit + 1 {
                problems.append(
                    ConfigurationProblem(place: place, path: path, message: "the file has more than 200,000 values")
                )
            }
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(content: .scalar(convert(scalar, at: path, place: place)), place: place)
        case .sequence(let items):
            let list = items.enumerated().compactMap { convert($1, at: path.appending(index: $0)) }
            return YAMLNode(content: .list(list), place: place)
        case .mapping(let mapping):
            return YAMLNode(content: .mapping(entries(of: mapping, at: path)), place: place)
        case .alias:
            return nil  // The parser has put the anchored node in its place.
        }
    }

    private mutating func convert(_ scalar: Node.Scalar, at path: ConfigurationPath, place: Place) -> YAMLScalar {
        let result = interpolation.expand(shield.restore(scalar.string))
        var lacksVariable = false
        for problem in result.problems {
            switch problem {
            case .unset(let name):
                lacksVariable = true
                problems.append(
                    ConfigurationProblem(
                        place: place,
                        path: path,
                        message: "the environment variable \(name) is not set",
                        mend: "export \(name)=…, or write $${\(name)} for a literal ${\(name)}"
                    )
                )
            case .malformed(let text):
                problems.append(
                    ConfigurationProblem(
                        place: place,
                        path: path,
                        message: "`\(text)` is not a variable",
                        mend: "write ${NAME} with letters, digits and _, or $${ for a literal ${"
                    )
                )
            }
        }
        return YAMLScalar(
            text: result.text,
            isPlain: scalar.style == .plain && scalar.tag.description != "tag:yaml.org,2002:str",
            isBlock: scalar.style == .literal || scalar.style == .folded,
            isInterpolated: result.isInterpolated || !result.problems.isEmpty,
            secrets: result.secrets,
            lacksVariable: lacksVariable
        )
    }

    private mutating func entries(of mapping: Node.Mapping, at path: ConfigurationPath) -> [YAMLNode.Entry] {
        var entries = [YAMLNode.Entry]()
        var merged = [YAMLNode.Entry]()
        for (keyNode, valueNode) in mapping {
            let place = keyNode.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
            guard case .scalar(let scalar) = keyNode else {
                problems.append(ConfigurationProblem(place: place, path: path, message: "a key must be a text"))
                continue
            }
            let key = shield.restore(scalar.string)
            guard let value = convert(valueNode, at: key == "<<" ? path : path.appending(key: key)) else { continue }
            if key == "<<", scalar.style == .plain {
                merged += mergeable(value, at: path)
            } else {
                entries.append(YAMLNode.Entry(key: key, place: place, value: value))
            }
        }
        // What a mapping says itself goes before what it merges in, and the first merged before the later.
        var keys = Set(entries.map(\.key))
        return entries + merged.filter { keys.insert($0.key).inserted }
    }

    private mutating func mergeable(_ node: YAMLNode, at path: ConfigurationPath) -> [YAMLNode.Entry] {
        switch node.content {
        case .mapping(let entries): return entries
        case .list(let nodes): return nodes.flatMap { mergeable($0, at: path) }
        case .scalar:
            problems.append(
                ConfigurationProblem(
                    place: node.place,
                    path: path,
                    message: "`<<` merges a mapping, not \(node.found())",
                    mend: "write `<<: *name`, with `&name` at the mapping to merge"
                )
            )
            return []
        }
    }

    private static func problem(of error: any Error) -> ConfigurationProblem {
        func place(_ mark: Mark) -> Place { Place(line: max(1, mark.line), column: max(1, mark.column)) }
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let context = context.flatMap { place($0.mark) == place(mark) ? nil : $0 }
            let before = context.map { "\($0.text) that starts at \(place($0.mark)): " } ?? ""
            return ConfigurationProblem(
                place: place(mark),
                message: "not YAML: \(before)\(problem)",
                mend: mend(problem)
            )
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "`\($0)`" }.joined(separator: ", ")
            return ConfigurationProblem(
                place: place(context.mark),
                message: "\(names) is given more than once in one mapping",
                mend: "the first is here: keep one of them"
            )
        case YamlError.reader(let problem, let offset, _, let yaml):
            return ConfigurationProblem(
                place: offset.map { Self.place(ofCharacter: $0, in: yaml) } ?? .start,
                message: "not YAML: \(problem)",
                mend: "save the file as UTF-8 without control characters"
            )
        default:
            return ConfigurationProblem(place: .start, message: "not YAML: \(error)")
        }
    }

    private static func mend(_ problem: String) -> String? {
        if problem.contains("cannot start any token") { return "indent with spaces, and quote a text that starts so" }
        if problem.contains("mapping values are not allowed") { return "quote a text that has `: ` in it" }
        if problem.contains("did not find expected key") {
            return "look at the indentation of this line and the one before"
        }
        if problem.contains("unknown escape character") {
            return "use single quotes, or none: jq's `\\(…)` is not for \"…\""
        }
        return nil
    }

    private static func place(ofCharacter offset: Int, in text: String) -> Place {
        let before = text.prefix(offset)
        let line = before.split(separator: "\n", omittingEmptySubsequences: false)
        return Place(line: max(1, line.count), column: (line.last?.unicodeScalars.count ?? 0) + 1)
    }
}
