internal import Catalog

extension RequestDescription {
    /// - Parameters:
    ///   - addressed: the URL and all headers, with the credentials.
    ///   - redacting: takes known secrets out of a text.
    init(
        _ request: PreparedRequest,
        _ addressed: (url: SourceURL, headers: [(name: String, value: String)]),
        redacting: (String) -> String
    ) {
        let hidden = Set(addressed.headers.map(\.name)).subtracting(request.headers.map(\.name))
        // What addressing has added is the API key, whatever its name.
        let own = request.url.parameters
        func url(_ hide: (String) -> String) -> String {
            let parameters = addressed.url.parameters.map { parameter in
                let isHidden = SensitiveName.matches(parameter.name)
                let value = isHidden ? hide(parameter.value) : parameter.value.percentEncoded
                return "\(parameter.name.percentEncoded)=\(own.contains { $0 == parameter } ? value : "***")"
            }
            let query = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
            return redacting("\(request.method) \(request.url.textWithoutQuery)\(query)")
        }
        let body = request.body.map { redacting(Self.readable($0)) }
        let marks = request.privateHeaders.filter { !SensitiveName.matches($0.name) }
            .map { "\($0.name): \(Self.mark($0.value, redacting))" }
        self.init(
            summary: url { _ in "***" },
            details: addressed.headers.map {
                "\($0.name): \(hidden.contains($0.name) ? "***" : redacting($0.value))"
            },
            body: body,
            key: ([url { Self.mark($0, redacting) }] + marks + (body.map { [$0] } ?? [])).joined(separator: "\n")
        )
    }

    /// What tells a hidden value from others that a cursor may give it, without saying it; the same for any secret.
    private static func mark(_ value: String, _ redacting: (String) -> String) -> String {
        let redacted = redacting(value)
        guard redacted == value else { return redacted }
        let hash = value.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return "#" + String(hash, radix: 16)
    }

    /// A body, with the values hidden whose names say that they are secret.
    private static func readable(_ body: [UInt8]) -> String {
        do throws(JSONError) {
            let value = try JSON(parsing: body)
            let shown = value.hidingSecrets
            return shown == value ? String(decoding: body, as: UTF8.self) : shown.description
        } catch {
            return String(decoding: body, as: UTF8.self).hidingSecretFields
        }
    }
}

extension JSON {
    fileprivate var hidingSecrets: JSON {
        switch self {
        case .array(let values): return .array(values.map(\.hidingSecrets))
        case .object(let members):
            var shown = members
            for (name, value) in members {
                let isSecret = value.string != nil && SensitiveName.isUnmistakable(name)
                shown[name] = isSecret ? "***" : value.hidingSecrets
            }
            return .object(shown)
        default: return self
        }
    }
}

extension String {
    /// Of a form's body (`a=1&b=2`).
    fileprivate var hidingSecretFields: String {
        split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let name = pair.prefix { $0 != "=" }
            let isSecret = name.endIndex < pair.endIndex && SensitiveName.isUnmistakable(name.percentDecoded)
            return isSecret ? name + "=***" : pair
        }.joined(separator: "&")
    }
}
