/// Tells by the name of a parameter, header or variable whether its value is a secret.
package enum SensitiveName {
    package static func matches(_ name: String) -> Bool {
        let name = name.lowercased().filter { $0.isLetter }
        let isCursor = ["page", "next", "continuation", "cursor"].contains { name.contains($0) }
        let marks = [
            "token", "secret", "password", "passwd", "signature", "credential", "apikey", "accesskey", "privatekey",
            "authorization", "cookie",
        ]
        return !isCursor && marks.contains { name.contains($0) }
            || ["key", "auth", "sig", "session", "code"].contains(name)
    }
}
