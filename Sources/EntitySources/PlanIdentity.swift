internal import Catalog
internal import Glibc
internal import Ingestion

/// All that a source's configuration says, but for what does not decide which entities a cursor leads to.
///
/// A value under a name that says that it is a credential is marked (``JSON/sensitive(_:)``): what of it came from the environment or a
/// file doesn't count. Any other value counts, wherever it came from.
///
/// Every field counts unless it is named as one that does not, so a new one cannot be forgotten. What is empty, false or not given is left
/// out: a field that a later build adds changes nothing where it is not used.
struct PlanIdentity {
    /// The names of the configuration's fields that do not count, wherever they are.
    private let ignored: Set<String>

    /// How a source connects and as whom, and its limits.
    static let access: Set<String> = [
        "authentication", "allowedHosts", "allowPrivateAddresses", "userAgent", "requestTimeout", "maxResponseBytes",
        "mappingLimits", "expired", "conditional", "concurrency", "maxPages",
    ]

    init(ignoring ignored: Set<String>) {
        self.ignored = ignored
    }

    func json(_ configuration: Any) -> JSON { value(configuration) ?? [:] }

    /// Nil for what is left out. `JSON?.none` says so where a plain `nil` would be `JSON.null`.
    private func value(_ value: Any) -> JSON? {
        switch value {
        case let value as JSON: return value.isNull ? JSON?.none : Self.body(value)
        case let value as [String: JSON]: return value.isEmpty ? JSON?.none : Self.body(.object(value))
        case let value as String: return value.isEmpty ? nil : .string(value)
        case let value as Bool: return value ? .bool(true) : nil
        case let value as Int: return .integer(Int64(value))
        case let value as Int64: return .integer(value)
        case let value as Double: return .number(value)
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { self.value($0.value) }
        case .collection:
            let values = mirror.children.map { self.value($0.value) ?? .null }
            return values.isEmpty ? nil : .array(values)
        case .dictionary:
            // Its keys are the user's, and no names of fields.
            let members = mirror.children.compactMap(Self.member).map { ($0, self.value($1) ?? JSON.null) }
            return members.isEmpty ? JSON?.none : .object(Dictionary(uniqueKeysWithValues: members))
        case .enum:
            guard let payload = mirror.children.first, let name = payload.label else { return .string("\(value)") }
            if name == "text", let text = payload.value as? String {
                return .object([name: Self.text(text, inQuery: SensitiveName.isUnmistakable)])
            }
            return .object([name: self.value(payload.value) ?? .null])
        case .set:
            let values = mirror.children.compactMap { self.value($0.value) }
            return .array(values.sorted { $0.description < $1.description })
        default: return object(mirror.children.map { ($0.label ?? "", $0.value) })
        }
    }

    private static func member(_ child: Mirror.Child) -> (String, Any)? {
        let pair = Array(Mirror(reflecting: child.value).children)
        guard pair.count == 2, let name = pair[0].value as? String else { return nil }
        return (name, pair[1].value)
    }

    private func object(_ members: [(name: String, value: Any)]) -> JSON? {
        var object: [String: JSON] = [:]
        for (name, value) in members where !ignored.contains(name) {
            switch (name, value) {
            case ("headers", let headers as [String: String]):
                if !headers.isEmpty { object[name] = Self.headers(headers) }
            case ("query", let query as [String: JSON]):
                if !query.isEmpty { object[name] = Self.members(query, SensitiveName.matches) }
            case ("url", let url as String):
                if !url.isEmpty { object[name] = Self.text(url) }
            case ("urls", let urls as [String]):
                object[name] = .array(urls.map { Self.text($0) })
            default:
                if let value = self.value(value) { object[name] = value }
            }
        }
        return object.isEmpty ? nil : .object(object)
    }
}

// MARK: Sensitive names

extension PlanIdentity {
    private static func headers(_ headers: [String: String]) -> JSON {
        var object: [String: JSON] = [:]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            let value: JSON = SensitiveName.matches(name) ? .sensitive(.string(value)) : .string(value)
            let name = name.lowercased()
            object[name] = object[name].map { JSON.array([$0, value]) } ?? value
        }
        return .object(object)
    }

    private static func body(_ value: JSON, isSensitive: Bool = false) -> JSON {
        switch value {
        case .string: isSensitive ? .sensitive(value) : value
        case .array(let values): .array(values.map { body($0, isSensitive: isSensitive) })
        case .object(let object): members(object, SensitiveName.isUnmistakable)
        default: value
        }
    }

    private static func members(_ members: [String: JSON], _ isSensitive: (String) -> Bool) -> JSON {
        let members = members.map { ($0, body($1, isSensitive: isSensitive($0))) }
        return .object(Dictionary(uniqueKeysWithValues: members))
    }

    /// A URL, a form, or another text with `name=value` in it: in parts if one of them is sensitive. A URL's user and password don't count.
    ///
    /// - Parameter inQuery: whether a name is sensitive after a question mark or an ampersand.
    private static func text(_ text: String, inQuery: (String) -> Bool = SensitiveName.matches) -> JSON {
        let text = withoutUser(text)
        let boundaries = text.indices.filter { isBoundary(text[$0]) }
        var (parts, isSensitive) = ([JSON](), false)
        for (start, end) in zip([text.startIndex] + boundaries, boundaries + [text.endIndex]) {
            let part = text[start..<end]
            let pair = part.drop(while: isBoundary)
            let name = pair.prefix { $0 != "=" }
            let isParameter = part.hasPrefix("?") || part.hasPrefix("&")
            let decoded = name.percentDecoded
            let matches = isParameter ? inQuery(decoded) : SensitiveName.isUnmistakable(decoded)
            if matches, name.endIndex < pair.endIndex {
                parts.append(.sensitive(.string(String(part))))
                isSensitive = true
            } else {
                parts.append(.string(String(part)))
            }
        }
        return isSensitive ? .array(parts) : .string(text)
    }

    private static func withoutUser(_ text: String) -> String {
        guard let slashes = text.firstRange(of: "//") else { return text }
        let scheme = text[..<slashes.lowerBound]
        guard scheme.isEmpty || scheme.hasSuffix(":") else { return text }
        let authority = text[slashes.upperBound...].prefix { $0 != "/" && !isBoundary($0) }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return String(text[..<slashes.upperBound]) + String(text[text.index(after: at)...])
    }

    private static func isBoundary(_ character: Character) -> Bool {
        character.isWhitespace || "?&#;|<>\"'`".contains(character)
    }
}

// MARK: Programs

extension PlanIdentity {
    /// A program with its arguments, its environment, and the content of the files that the command names, as they are now.
    static func json(_ configuration: ExecSource.Configuration) -> JSON {
        // A path as the configuration file has it: it may be in another folder on each machine.
        func relative(_ path: String) -> String {
            let folder = configuration.folders.first { path.hasPrefix($0) }
            return folder.map { String(path.dropFirst($0.count)) } ?? path
        }
        let program = configuration.command[0]
        let arguments = configuration.command.dropFirst()
        var files: [String: JSON] = [:]
        if program.contains("/") { files["0"] = content(of: program) }
        for (index, argument) in zip(arguments.indices, arguments) {
            let folder = argument.hasPrefix("/") ? nil : configuration.workingDirectory
            files["\(index)"] = content(of: folder.map { "\($0)/\(argument)" } ?? argument)
        }
        let environment = configuration.environment.map { name, value in
            (name, SensitiveName.matches(name) ? JSON.sensitive(.string(value)) : text(value))
        }
        let words = zip(configuration.command, arguments).map { previous, argument in
            isSensitive(argument, after: previous) ? JSON.sensitive(.string(argument)) : text(argument)
        }
        return [
            "exec": [
                "command": .array([.string(relative(program))] + words),
                "environment": .object(Dictionary(uniqueKeysWithValues: environment)),
                "workingDirectory": configuration.workingDirectory.map { .string(relative($0)) } ?? .null,
                "files": .object(files),
            ]
        ]
    }

    /// Whether an argument is the value of an option such as `--token`, or a header such as `Authorization: …`.
    private static func isSensitive(_ argument: String, after option: String) -> Bool {
        if ["-H", "--header"].contains(option) { return SensitiveName.matches(String(argument.prefix { $0 != ":" })) }
        return option.hasPrefix("-") && !option.contains("=") && SensitiveName.isUnmistakable(option)
    }

    /// The digest of a regular file, or its size if it is large; nil if there is none that can be read.
    private static func content(of path: String) -> JSON? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let size = Int(status.st_size)
        guard size <= 16 << 20 else { return .integer(Int64(size)) }
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let length = bytes.withUnsafeMutableBytes {
                read(file, UnsafeMutableRawBufferPointer(rebasing: $0[count...]).baseAddress, size - count)
            }
            if length < 0, errno == EINTR { continue }
            guard length >= 0 else { return nil }
            guard length > 0 else { break }
            count += length
        }
        return .string(bytes.prefix(count).withUnsafeBufferPointer { EntityDigest(of: $0) }.description)
    }
}
