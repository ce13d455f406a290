/// What a source does for a cursor, for people: no secrets.
package struct RequestDescription: Sendable, Hashable, CustomStringConvertible {
    /// `GET https://api.example.com/items?page=2`, or a program with its arguments.
    package var summary: String
    /// Headers, or environment variables, with hidden values as `***`.
    package var details: [String]
    /// What is sent after them.
    package var body: String?

    package var description: String {
        ([summary] + details + (body.map { ["", $0] } ?? [])).joined(separator: "\n")
    }
}
