internal import Catalog
internal import Ingestion
internal import NIOHTTP1

/// By what an `http` source knows that a page is as it was: a validator of its answer (RFC 9110, 8.8), with what was asked and
/// what is made of the answer.
struct PageValidator: Sendable {
    /// What a server compares.
    fileprivate enum Condition: Hashable {
        case entityTag(String)
        case lastModified(String)
    }

    private let condition: Condition
    /// The request and the mapping, in short.
    private let origin: String
    /// Where the `Link` header led, in a chain that goes by it. Servers that make an ETag of the body leave it out of that.
    private let link: String?

    /// The validator of an answer; nil for a page that must be read in full every time.
    ///
    /// - Parameter link: where the `Link` header leads, in a chain that goes by it.
    init?(
        of answer: HTTPAnswer,
        to request: PreparedRequest,
        of chain: SourcePlan.Chain,
        _ page: ReadPage,
        link: String?
    ) {
        guard answer.status == .ok, let origin = PageValidator.origin(request, chain),
            let condition = Condition(answer.headers)
        else { return nil }
        if case .linkHeader = chain.pagination, link == nil {
            // A full page gets a next one and stays the same; where a page is full, only a page size tells.
            guard let records = page.sourceRecords, let size = chain.pageSize, records < size else { return nil }
        }
        (self.condition, self.origin, self.link) = (condition, origin, link)
    }

    /// Reads what ``stored`` gave; nil when another request would be sent by now, or something else be made of its answer.
    init?(_ stored: JSON, for request: PreparedRequest, of chain: SourcePlan.Chain) {
        guard let origin = PageValidator.origin(request, chain), stored["of"]?.string == origin else { return nil }
        if let tag = stored["etag"]?.string, Condition.isValue(tag) {
            condition = .entityTag(tag)
        } else if let date = stored["lastModified"]?.string, Condition.isValue(date) {
            condition = .lastModified(date)
        } else {
            return nil
        }
        (self.origin, link) = (origin, stored["link"]?.string)
    }

    var stored: JSON {
        var stored: JSON = ["of": .string(origin)]
        switch condition {
        case .entityTag(let tag): stored["etag"] = .string(tag)
        case .lastModified(let date): stored["lastModified"] = .string(date)
        }
        if let link { stored["link"] = .string(link) }
        return stored
    }

    /// The request that is answered by 304 if the page is as it was.
    func asking(_ request: PreparedRequest) -> PreparedRequest {
        var request = request
        switch condition {
        case .entityTag(let tag): request.headers.append(("If-None-Match", tag))
        case .lastModified(let date): request.headers.append(("If-Modified-Since", date))
        }
        return request
    }

    /// Whether a 304 is about the page that was kept, and that one leads where it led.
    func isConfirmed(by answer: HTTPAnswer, link: @autoclosure () throws -> String?) rethrows -> Bool {
        if case .entityTag(let tag) = condition, let named = answer.headers.first(name: "etag") {
            // RFC 9110, 8.8.3.2: a weak comparison. Some leave the header out, which is no contradiction.
            guard named.withoutWeakness == tag.withoutWeakness else { return false }
        }
        return try answer.headers["link"].isEmpty || link() == self.link
    }

    private static func origin(_ request: PreparedRequest, _ chain: SourcePlan.Chain) -> String? {
        guard let shape = chain.shape else { return nil }
        // Nothing that may be a secret: what credentials are sent is the server's to put into its validator.
        let asked: JSON = [
            "request": .array([.string(request.method), .string(request.url.text)]),
            "headers": .array(
                request.headers.map { .string("\($0.name): \($0.value)") }
                    + request.privateHeaders.map { .string($0.name) }
            ),
            "body": request.body.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null,
            "shape": shape,
        ]
        return EntityDigest(of: asked).description
    }
}

extension PageValidator.Condition {
    /// An ETag where there is one: it tells more than a date.
    fileprivate init?(_ headers: HTTPHeaders) {
        if let tag = headers["etag"].first {
            guard headers["etag"].count == 1, Self.isValue(tag) else { return nil }
            self = .entityTag(tag)
            return
        }
        guard let text = headers.first(name: "last-modified"), Self.isValue(text),
            let modified = HTTPDate.seconds(text),
            let date = headers.first(name: "date").flatMap(HTTPDate.seconds)
        else { return nil }
        // What was changed just now may change again within the same second (RFC 9110, 8.8.2.2), and clocks differ.
        guard date - modified >= 60 else { return nil }
        self = .lastModified(text)
    }

    /// Whether a text can be the value of a header, and one that is not too long to be kept.
    fileprivate static func isValue(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 1_024 && !text.utf8.contains(where: \.isControl)
    }
}

extension String {
    fileprivate var withoutWeakness: Substring { hasPrefix("W/") ? dropFirst(2) : self[...] }
}
