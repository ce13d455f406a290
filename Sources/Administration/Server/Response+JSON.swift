internal import Catalog
internal import HTTPTypes
internal import Hummingbird

/// Answers of the HTTP server, as JSON. What is refused says what is wrong with the request, and nothing of what is behind.
extension Response {
    init(_ status: HTTPResponse.Status, _ json: JSON, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        let bytes = json.bytes + [UInt8(ascii: "\n")]
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
