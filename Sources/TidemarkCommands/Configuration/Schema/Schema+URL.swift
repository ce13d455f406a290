internal import Catalog
internal import Foundation

extension Schema where Value == String {
    /// A URL with one of `schemes` and a host. A user or password in it is refused: it would show in logs.
    static func url(_ schemes: [String]) -> Schema {
        let schema = Schema(json: ["type": "string", "format": "uri-reference"], decode: nonEmptyString.decode)
        return schema.checked { finding(in: $0, schemes: schemes) }
    }

    /// The URL of a source: `http` or `https`; what a template puts in may be any text.
    static var sourceURL: Schema {
        let schema = Schema(json: ["type": "string"], decode: nonEmptyString.decode)
        return schema.checked { text in
            let head = text.range(of: "\\(").map { String(text[..<$0.lowerBound]) } ?? text
            return finding(in: head, schemes: ["https", "http"])
        }.sentURL
    }

    private static func finding(in text: String, schemes: [String]) -> Finding? {
        let example = "write it as \(schemes[0])://host/path"
        guard let components = URLComponents(string: text) else {
            return Finding(message: "is not a URL", mend: "escape blanks and other special characters with %")
        }
        guard let scheme = components.scheme?.lowercased(), text.contains("://") else {
            return Finding(message: "the URL has no scheme", mend: example)
        }
        guard schemes.contains(scheme) else {
            return Finding(
                message: "the scheme `\(scheme)` is not known here",
                mend: "use \(schemes.joined(separator: " or "))"
            )
        }
        guard let host = components.host, !host.isEmpty else {
            return Finding(message: "the URL has no host", mend: example)
        }
        guard components.user == nil, components.password == nil else {
            return Finding(message: "the URL holds a user or password", mend: "give them under `auth` instead")
        }
        return nil
    }
}
