internal import Catalog

/// All that a source's configuration says, but for what does not decide which entities a cursor leads to.
///
/// Every field counts unless it is named as one that does not, so a new one cannot be forgotten. What is empty, false or not given is left
/// out: a field that a later build adds changes nothing where it is not used.
struct PlanIdentity {
    /// The names of fields that do not count, wherever they are.
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

    /// Nil for what is left out.
    private func value(_ value: Any) -> JSON? {
        switch value {
        case let value as JSON: return value.isNull ? nil : value
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
        case .dictionary: return object(mirror.children.compactMap(Self.member))
        case .enum:
            guard let payload = mirror.children.first, let name = payload.label else { return .string("\(value)") }
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
            // That a header carries a credential counts. Which credential it is doesn't.
            case ("headers", let headers as [String: String]):
                let headers = headers.map { ($0.lowercased(), Credentials.isHarmless(header: $0) ? $1 : "") }
                if !headers.isEmpty {
                    object[name] = .object(Dictionary(headers.map { ($0, .string($1)) }, uniquingKeysWith: { $1 }))
                }
            case ("query", let query as [String: JSON]):
                let query = query.map { ($0, SensitiveName.matches($0) ? .null : $1) }
                if !query.isEmpty { object[name] = .object(Dictionary(uniqueKeysWithValues: query)) }
            default:
                if let value = self.value(value) { object[name] = value }
            }
        }
        return object.isEmpty ? nil : .object(object)
    }
}
