internal import Catalog
internal import EntitySources

extension Schema where Value == Secret {
    /// A secret: `${NAME}`, or `file:PATH` for the text of a file without its last line break. A secret that stands in
    /// the file itself works, with a warning.
    static var secret: Schema {
        Schema(json: ["type": ["string", "number"]]) { node, path, decoding in
            guard let scalar = node.scalar, scalar.value != .null else {
                decoding.report(
                    "must be a text, found \(node.found(hidingText: true))",
                    at: node.place,
                    path,
                    mend: "write ${NAME} for an environment variable, or file:PATH"
                )
                return nil
            }
            if let standIn = decoding.standIn(for: scalar, at: node.place) { return Secret(standIn) }
            if scalar.text.hasPrefix("file:") {
                return readSecret(decoding.resolve(String(scalar.text.dropFirst(5))), node, path, &decoding)
            }
            if scalar.text.isEmpty {
                decoding.report("the secret is empty", at: node.place, path)
                return nil
            }
            if !scalar.isInterpolated {
                decoding.warn(
                    "a secret stands in the file",
                    at: node.place,
                    path,
                    mend: "write ${NAME} for an environment variable, or file:PATH"
                )
            }
            decoding.keep(secret: scalar.text)
            return Secret(scalar.text)
        }
    }
}

private func readSecret(
    _ file: String,
    _ node: YAMLNode,
    _ path: ConfigurationPath,
    _ decoding: inout Decoding
) -> Secret? {
    do {
        var text = try decoding.readFile(file)[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        if !text.isEmpty {
            decoding.keep(secret: String(text))
            return Secret(String(text))
        }
        decoding.report("the file \(file) is empty", at: node.place, path)
    } catch {
        if decoding.toleratesMissingSecrets {
            decoding.keep(secret: Decoding.standIn, isToken: false)
            return Secret(Decoding.standIn)
        }
        decoding.report(
            "cannot read the secret from \(file)",
            at: node.place,
            path,
            mend: "check that it exists and that this user may read it"
        )
    }
    return nil
}

extension Schema {
    /// The same as a part of a request: what of it comes from the environment may be a secret, whatever it is called.
    var sent: Schema {
        Schema(json: json, allowsEmpty: allowsEmpty) { node, path, decoding in
            decoding.hide(node) { _, _ in true }
            return decode(node, path, &decoding)
        }
    }

    /// The same as the URL of a request: its host is no secret, nor is a variable that holds a whole URL.
    var sentURL: Schema {
        Schema(json: json, allowsEmpty: allowsEmpty) { node, path, decoding in
            decoding.hide(node) { value, text in
                let host = text.firstRange(of: "://").map { text[$0.upperBound...].prefix { $0 != "/" && $0 != "?" } }
                guard let host else { return value != Decoding.standIn || !text.hasPrefix(value) }
                return !value.contains("://") && !host.contains(value)
            }
            return decode(node, path, &decoding)
        }
    }
}

extension Schema where Value == JSON {
    /// The value of a query parameter, which its name may say to be secret.
    static var queryValue: Schema {
        let schema = Schema<JSON>.any.sent
        return Schema(json: schema.json) { node, path, decoding in
            let isSecret = SensitiveName.matches(path.lastName)
            if isSecret, let standIn = decoding.standIn(for: node.scalar, at: node.place) { return .string(standIn) }
            let value = schema.decode(node, path, &decoding)
            if isSecret { decoding.keep(secret: value?.string) }
            return value
        }
    }
}

extension Schema where Value == String {
    /// A text that may be secret: it is kept out of the log if it came from the environment.
    static var credential: Schema {
        let schema = text.sent
        return Schema(json: schema.json) { node, path, decoding in
            if let standIn = decoding.standIn(for: node.scalar, at: node.place) { return standIn }
            let value = schema.decode(node, path, &decoding)
            let isToken = SensitiveName.matches(path.lastName)
            if isToken || node.scalar?.isInterpolated == true { decoding.keep(secret: value, isToken: isToken) }
            // Of `Bearer ${TOKEN}` the token alone is one, too.
            if isToken { for value in node.scalar?.secrets ?? [] { decoding.keep(secret: value) } }
            return value
        }
    }
}
