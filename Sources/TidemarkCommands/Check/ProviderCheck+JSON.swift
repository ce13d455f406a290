internal import Catalog
internal import EntitySources
internal import Ingestion

extension ProviderCheck {
    /// For `--json`.
    ///
    /// - Parameter redact: takes secrets out of what the source gave.
    func json(shown: Int, isDetailed: Bool, file: String, _ redact: (String) -> String) -> JSON {
        var json: JSON = [
            "name": .string(name), "request": .string(redact(request)),
            "milliseconds": .integer(Int64(took / .milliseconds(1))),
            "error": problem.map { .string(redact($0.text(file: file))) } ?? .null,
        ]
        if let feed {
            json["changes"] = ["error": feed.problem.map { .string(redact($0.text(file: file))) } ?? .null]
        }
        if isDetailed {
            json["pages"] = .array(pages.map { $0.json(shown: shown, file: file, redact) })
        } else if let page = pages.last?.page {
            json.merge(page.json(shown: shown, redact))
        }
        return json
    }
}

extension PageCheck {
    fileprivate func json(shown: Int, file: String, _ redact: (String) -> String) -> JSON {
        var json: JSON = [
            "number": .integer(Int64(number)), "cursor": cursor ?? .null,
            "requests": .array(notes.exchanges.map { $0.json(redact) }),
            "error": problem.map { .string(redact($0.text(file: file))) } ?? .null,
            "milliseconds": [
                "total": times.total.json, "client": times.client.json, "requests": times.requests.json,
                "mapping": times.mapping.json,
                "validation": times.validation.json,
            ],
            "messages": .array(notes.messages.map { .string(redact($0)) }),
        ]
        if let count = notes.recordCount {
            json["records"] = [
                "count": .integer(Int64(count)),
                "shown": .array(
                    notes.records.map { text in
                        let text = redact(String(decoding: text, as: UTF8.self))
                        return (try? JSON(parsing: text)) ?? .string(text)
                    }
                ),
            ]
        }
        if let page { json.merge(page.json(shown: shown, redact)) }
        return json
    }
}

extension RehearsedExchange {
    fileprivate func json(_ redact: (String) -> String) -> JSON {
        var json: JSON = [
            "request": .string(redact(request.summary)),
            "details": .array(request.details.map { .string(redact($0)) }),
            "body": request.body.map { .string(redact($0)) } ?? .null, "milliseconds": took.json,
            "error": failure.map { .string(redact($0)) } ?? .null,
        ]
        guard let answer else { return json }
        json["answer"] = [
            "status": answer.status.map { .integer(Int64($0)) } ?? .null, "bytes": .integer(Int64(answer.size)),
            "headers": .array(answer.headers.map { .string(redact("\($0.name): \($0.value)")) }),
        ]
        return json
    }
}

extension PreparedPage {
    fileprivate func json(shown: Int, _ redact: (String) -> String) -> JSON {
        [
            "entities": .integer(Int64(entities.count)), "duplicates": .integer(Int64(duplicates)),
            "next": .array(next), "shown": .array(entities.prefix(shown).map(\.json)),
            "rejected": .array(
                rejected.map { rejection in
                    [
                        "entityRef": rejection.ref.map { .string($0.string) } ?? .null,
                        "reason": .string(redact(rejection.reason)), "excerpt": .string(redact(rejection.excerpt)),
                    ]
                }
            ),
        ]
    }
}

extension Duration {
    /// In milliseconds, with three digits after the point.
    fileprivate var json: JSON { .number((self / .microseconds(1)).rounded() / 1_000) }
}

extension JSON {
    fileprivate mutating func merge(_ other: JSON) {
        for (name, value) in other.object ?? [:] { self[name] = value }
    }
}
