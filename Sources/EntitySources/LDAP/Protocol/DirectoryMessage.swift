/// One message of an answer to a search.
enum DirectoryMessage: Sendable {
    case entry(DirectoryEntry)
    /// Where more of the answer is: URLs of other servers.
    case reference([String])
    case information(oid: String, value: [UInt8])
    case done(DirectoryResult)
}

/// How an operation ended.
struct DirectoryResult: Sendable {
    /// The result code of RFC 4511.
    var code: Int32
    /// The lowest entry of the base that there is, for `noSuchObject`.
    var matchedDN = ""
    var diagnostic = ""
    var referrals: [String] = []
    var controls: [DirectoryControl] = []
}

/// All messages of an answer.
struct DirectoryAnswer: Sendable {
    var entries: [DirectoryEntry] = []
    var references: [[String]] = []
    var information: [[UInt8]] = []
    var result = DirectoryResult(code: 0)
}
