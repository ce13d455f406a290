internal import Crypto
internal import HTTPTypes
internal import Hummingbird

/// A file of the dashboard, which is part of the program.
struct DashboardFile: Sendable {
    let name: String
    let mediaType: String
    let bytes: [UInt8]
    /// Of what the file holds, so that a browser has it anew only from another version.
    let tag: String

    init(_ name: String, _ mediaType: String, _ bytes: [UInt8]) {
        (self.name, self.mediaType, self.bytes) = (name, mediaType, bytes)
        tag = "\"" + HexText.text(Array(SHA256.hash(data: bytes).prefix(12))) + "\""
    }

    func response(unless known: String?) -> Response {
        var headers: HTTPFields = [
            .contentType: mediaType, .cacheControl: "no-cache", .eTag: tag,
            .contentSecurityPolicy: Self.policy, .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer", .crossOriginOpenerPolicy: "same-origin",
            .crossOriginResourcePolicy: "same-origin",
        ]
        guard known?.split(separator: ",").contains(where: { Self.trimmed($0) == tag }) != true else {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A proxy that compresses makes a weak tag of it.
    private static func trimmed(_ tag: Substring) -> String {
        let tag = tag.filter { $0 != " " }
        return tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
    }

    /// The page has its own scripts and styles, asks its own server, and is in no other page.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'
        """
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
}
