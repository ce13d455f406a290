internal import Catalog
internal import EntitySources

/// One kept answer, beside whose body lies what is in here: `001-request.json`.
struct RecordedAnswer: Sendable {
    /// The page in whose reading it was asked for, and its cursor.
    var page: Int
    var cursor: JSON?
    var request: RequestDescription
    /// The file of the body.
    var file: String
    /// Without its body.
    var answer: RehearsedAnswer

    init(page: Int, cursor: JSON?, request: RequestDescription, file: String, answer: RehearsedAnswer) {
        (self.page, self.cursor, self.request, self.file, self.answer) = (page, cursor, request, file, answer)
        self.answer.body = []
    }

    /// As it is written.
    var json: JSON {
        var asked: JSON = ["summary": .string(request.summary), "details": .array(request.details.map(JSON.string))]
        if let body = request.body { asked["body"] = .string(body) }
        asked["key"] = .string(request.key)
        var given: JSON = [
            "file": .string(file), "headers": .array(answer.headers.map { .string("\($0.name): \($0.value)") }),
        ]
        if let status = answer.status { given["status"] = .integer(Int64(status)) }
        if answer.isRedacted { given["secretsRemoved"] = true }
        return ["page": .integer(Int64(page)), "cursor": cursor ?? .null, "request": asked, "answer": given]
    }

    /// Reads what was written; nil if it was not.
    init?(_ json: JSON) {
        guard let page = json["page"]?.integer, let summary = json["request"]?["summary"]?.string,
            let key = json["request"]?["key"]?.string, let file = json["answer"]?["file"]?.string,
            !file.contains("/"), !file.hasPrefix(".")
        else { return nil }
        let headers = (json["answer"]?["headers"]?.array ?? []).compactMap(\.string).compactMap { line in
            line.firstIndex(of: ":").map { colon in
                let value = line[line.index(after: colon)...]
                return RehearsedAnswer.Header(
                    name: String(line[..<colon]),
                    value: String(value.hasPrefix(" ") ? value.dropFirst() : value)
                )
            }
        }
        var answer = RehearsedAnswer(
            status: json["answer"]?["status"]?.integer.flatMap { Int(exactly: $0) },
            headers: headers,
            body: []
        )
        answer.isRedacted = json["answer"]?["secretsRemoved"] == true
        let cursor = json["cursor"] ?? .null
        self.init(
            page: Int(clamping: page),
            cursor: cursor.isNull ? nil : cursor,
            request: RequestDescription(
                summary: summary,
                details: (json["request"]?["details"]?.array ?? []).compactMap(\.string),
                body: json["request"]?["body"]?.string,
                key: key
            ),
            file: file,
            answer: answer
        )
    }

    /// The end of the body's name, for editors: what it is as far as that can be told.
    static func suffix(of answer: RehearsedAnswer) -> String {
        let type = (answer.header("content-type") ?? "").lowercased()
        for (mark, suffix) in [("json", "json"), ("html", "html"), ("xml", "xml"), ("csv", "csv")]
        where type.contains(mark) {
            return suffix
        }
        let first = answer.body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? "json" : "txt"
    }
}
