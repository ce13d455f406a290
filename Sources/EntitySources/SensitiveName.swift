/// Tells by the name of a parameter, header or variable whether its value is a secret.
package enum SensitiveName {
    package static func matches(_ name: String) -> Bool {
        isUnmistakable(name) || ["key", "auth", "sig", "session", "code"].contains(letters(of: name))
    }

    /// Where such words as `key` and `code` are names like any other: in a body.
    package static func isUnmistakable(_ name: String) -> Bool {
        let name = letters(of: name)
        let isCursor = ["page", "next", "continuation", "cursor"].contains { name.contains($0) }
        let marks = [
            "token", "secret", "password", "passwd", "signature", "credential", "apikey", "accesskey", "privatekey",
            "authorization", "cookie",
        ]
        return !isCursor && marks.contains { name.contains($0) }
    }

    /// Of a variable of the environment: whether it holds an address or a name, which is no secret wherever it stands.
    package static func isHarmless(variable name: some StringProtocol) -> Bool {
        let last = name.uppercased().split(separator: "_").last.map(String.init) ?? ""
        let harmless = ["URL", "HOST", "ORG", "ORGANIZATION", "ORGANISATION", "OWNER", "NAME", "REGION"]
        return harmless.contains(last)
    }

    private static func letters(of name: String) -> String {
        name.lowercased().filter { $0.isLetter }
    }
}
