internal import Catalog
internal import Ingestion

/// Pages of a source that needs no mapping: `{"entities": […], "next": […], "total": 1200}`, where `total`, the number of entities
/// in all, may be missing; or `{"error": {"code": "…", "message": "…", "retryAfter": 30}}`.
struct PageProtocol: ~Copyable {
    private var document: JSONDocument
    private var writer = JSONWriter()

    init(maximumBytes: Int) {
        document = JSONDocument(maximumBytes: max(maximumBytes, 1024))
    }

    /// Reads one page.
    ///
    /// - Parameter place: begins every message.
    mutating func page(_ text: [UInt8], place: String) throws(SourceError) -> Page {
        do throws(JSONError) {
            try document.parse(text)
        } catch {
            throw SourceError(.invalidPage, "\(place): \(text.whyNoJSON ?? error.description)", underlying: error)
        }
        // The writer is set aside: the closure cannot change self while the document is lent.
        var writer = JSONWriter()
        swap(&writer, &self.writer)
        defer { swap(&writer, &self.writer) }
        return try document.withRoot { (root) throws(SourceError) in
            try PageProtocol.page(root, place: place, writer: &writer)
        }
    }

    private static func page(
        _ root: JSONElement,
        place: String,
        writer: inout JSONWriter
    ) throws(SourceError) -> Page {
        guard root.isObject else {
            throw SourceError(.invalidPage, #"\#(place): not an object with "entities" and "next""#)
        }
        if let error = root["error"] { throw SourceError(reported: error, place: place) }
        guard let entities = root["entities"], entities.isArray else {
            throw SourceError(.invalidPage, #"\#(place): "entities" is missing, or not an array"#)
        }
        guard let next = root["next"], next.isArray else {
            throw SourceError(
                .invalidPage,
                #"\#(place): "next" is missing, or not an array; write "next": [] at the end of a chain"#
            )
        }
        var page = Page(entities: [])
        page.total = root["total"]?.number.flatMap { Int64(exactly: $0) }
        for entity in entities.elements { page.entities.append(entity.text(using: &writer)) }
        for cursor in next.elements {
            do throws(JSONError) {
                page.next.append(try cursor.value())
            } catch {
                throw SourceError(.invalidPage, "\(place): a cursor in \"next\": \(error)", underlying: error)
            }
        }
        return page
    }
}

extension SourceError {
    /// What the source itself reports as an error.
    fileprivate init(reported error: JSONElement, place: String) {
        let codes: [Code] = [.cursorExpired, .rateLimited, .unauthorized, .unavailable, .refused]
        let name = error["code"]?.string ?? ""
        let message = error["message"]?.string ?? "no message"
        let seconds = error["retryAfter"]?.number.map { min(max($0, 0), 30 * 86400) }
        self.init(
            codes.first { $0.rawValue == name } ?? .unavailable,
            "\(place): the source says: \(message.prefix(1_000))",
            retryAfter: seconds.map { .milliseconds(Int64($0 * 1000)) }
        )
    }
}

extension [UInt8] {
    /// What is wrong with this text as JSON, with line and column; nil where libjq finds nothing.
    var whyNoJSON: String? {
        do throws(JQError) {
            _ = try JQParser.parse(self)
            return nil
        } catch {
            return error.message
        }
    }
}
