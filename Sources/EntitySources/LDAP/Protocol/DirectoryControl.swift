/// A control of a request or an answer (RFC 4511, 4.1.11).
struct DirectoryControl: Sendable, Hashable {
    var oid: String
    /// Whether a server that does not know it must refuse the request.
    var isCritical = true
    var value: [UInt8]

    /// Simple paged results (RFC 2696).
    static let pagedResults = "1.2.840.113556.1.4.319"
    /// Content synchronization (RFC 4533): request, the state of an entry, the end.
    static let syncRequest = "1.3.6.1.4.1.4203.1.9.1.1"
    static let syncState = "1.3.6.1.4.1.4203.1.9.1.2"
    static let syncDone = "1.3.6.1.4.1.4203.1.9.1.3"
    /// The information between two entries of a synchronization.
    static let syncInfo = "1.3.6.1.4.1.4203.1.9.1.4"
}

extension DirectoryControl {
    /// Asks for the page after `cookie`; the first for an empty one.
    static func page(of size: Int, after cookie: [UInt8]) -> DirectoryControl {
        var value = BERWriter()
        value.sequence {
            $0.append(integer: size)
            $0.append(octets: cookie)
        }
        return DirectoryControl(oid: pagedResults, value: value.bytes)
    }
}

extension DirectoryResult {
    /// The cookie of the page that this ends: empty after the last; nil when the answer has none, or one that cannot be read.
    var pageCookie: [UInt8]? {
        guard let value = controls.first(where: { $0.oid == DirectoryControl.pagedResults })?.value else { return nil }
        var reader = BERReader(value)
        guard var page = reader.sequence(), page.integer() != nil else { return nil }
        return page.octets()
    }
}
