internal import NIOHTTP1

/// A response, whole.
struct HTTPAnswer: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: [UInt8]
    /// Where it came from, after redirects: what its links are relative to.
    var url: SourceURL
    /// What an error calls the request.
    var requestName: String

    var isSuccess: Bool { (200..<300).contains(status.code) }
}
