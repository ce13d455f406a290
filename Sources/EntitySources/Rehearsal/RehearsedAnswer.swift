/// An answer of a source, as it can be kept and shown: no secrets.
package struct RehearsedAnswer: Sendable {
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    /// The status of HTTP; nil for a source that has none.
    package var status: Int?
    package var headers: [Header]
    /// As it came: the bytes of a body, a program's line, a directory's entries.
    package var body: [UInt8]
    /// How long it was when it came.
    package var size: Int
    /// Whether a secret was taken out of it.
    package var isRedacted = false

    package init(status: Int? = nil, headers: [Header] = [], body: [UInt8]) {
        (self.status, self.headers, self.body) = (status, headers, body)
        size = body.count
    }

    /// The first value of a header.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The same without secrets.
    ///
    /// - Parameter isSecret: whether all of it is one.
    func hiding(_ hide: ([UInt8]) -> [UInt8], isSecret: Bool) -> RehearsedAnswer {
        var answer = self
        // A cookie, or a token that the source hands out, opens what the credentials open.
        answer.headers.removeAll { SensitiveName.matches($0.name) }
        for index in answer.headers.indices {
            let value = Array(answer.headers[index].value.utf8)
            let shown = hide(value)
            guard shown != value else { continue }
            answer.headers[index].value = String(decoding: shown, as: UTF8.self)
            answer.isRedacted = true
        }
        answer.body = isSecret ? [] : hide(body)
        if answer.body != body { answer.isRedacted = true }
        return answer
    }
}
