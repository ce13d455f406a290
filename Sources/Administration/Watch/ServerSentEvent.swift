internal import Catalog

/// A message of a stream of server-sent events, as the HTML standard has them (9.2).
enum ServerSentEvent {
    /// `event: NAME`, and its data as JSON in one line.
    static func bytes(_ name: String, _ data: JSON) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + data.bytes + Array("\n\n".utf8)
    }
}
