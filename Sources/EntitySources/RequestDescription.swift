/// What a source asks for, for people: no secrets.
package struct RequestDescription: Sendable, Hashable, CustomStringConvertible {
    /// `GET https://api.example.com/items?page=2`, or a program with its arguments.
    package var summary: String
    /// Headers, or environment variables, with hidden values as `***`.
    package var details: [String]
    /// What is sent after them.
    package var body: String?
    /// By what a kept answer is found: what makes the source give this answer and no other.
    package var key: String
    /// Whether it asks for a credential, so that its answer is one.
    package var isForCredentials = false

    /// - Parameter key: summary and body unless given.
    package init(summary: String, details: [String] = [], body: String? = nil, key: String? = nil) {
        (self.summary, self.details, self.body) = (summary, details, body)
        self.key = key ?? ([summary] + (body.map { [$0] } ?? [])).joined(separator: "\n")
    }

    /// The same without secrets.
    func hiding(_ hide: ([UInt8]) -> [UInt8]) -> RequestDescription {
        func shown(_ text: String) -> String { String(decoding: hide(Array(text.utf8)), as: UTF8.self) }
        var request = self
        (request.summary, request.details) = (shown(summary), details.map(shown))
        (request.body, request.key) = (body.map(shown), shown(key))
        return request
    }

    package var description: String {
        ([summary] + details + (body.map { ["", $0] } ?? [])).joined(separator: "\n")
    }
}
