@testable internal import EntitySources

extension FuzzTarget {
    /// What is read, written plainly, reads the same.
    func readLink(_ text: String) {
        let links: [WebLink]
        do { links = try LinkHeader.links(in: [text]) } catch {
            precondition(!error.reason.isEmpty)
            return
        }
        let plain = links.map { link in
            // Byte by byte: a quote and an accent after it are one Character.
            let relations = link.relations.joined(separator: " ").utf8.flatMap { byte in
                byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
            }
            let anchor = link.isAnchored ? "; anchor=\"#a\"" : ""
            return "<\(link.target)>; rel=\"\(String(decoding: relations, as: UTF8.self))\"\(anchor)"
        }
        precondition((try? LinkHeader.links(in: plain)) == links, "\(links)")
    }
}
