/// A reader of what is not trusted. An input that it takes, it must be able to print and take again; one that it does not
/// take is an error that says what is wrong. Nothing else may happen.
enum FuzzTarget: String, CaseIterable {
    /// A reply of Redis.
    case reply
    /// A configuration file.
    case configuration
    /// A cursor that was stored.
    case cursor
    /// A `Link` header.
    case link
    /// An entry of the delta stream.
    case entry
    /// The record of a page that was kept.
    case kept

    func read(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .reply: readReply(bytes)
        case .configuration: readConfiguration(String(decoding: bytes, as: UTF8.self))
        case .cursor: readCursor(Array(bytes))
        case .link: readLink(String(decoding: bytes, as: UTF8.self))
        case .entry: readEntry(Array(bytes))
        case .kept: readKept(Array(bytes))
        }
    }
}
