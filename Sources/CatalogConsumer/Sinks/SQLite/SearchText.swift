internal import Catalog

/// The words of an entity's body that the search finds it by, as UTF-8. Its ref is not among them.
struct SearchText: Equatable {
    var title: [UInt8] = []
    var description: [UInt8] = []
    /// With spaces between.
    var tags: [UInt8] = []

    init(of body: [UInt8], parsedBy document: inout JSONDocument) throws(JSONError) {
        try document.parse(body)
        document.withRoot { root in
            guard let metadata = root["metadata"] else { return }
            for (key, value) in metadata.members {
                switch key.count {
                case 5 where key.elementsEqual("title".utf8): title = value.utf8.map(Array.init) ?? []
                case 11 where key.elementsEqual("description".utf8): description = value.utf8.map(Array.init) ?? []
                case 4 where key.elementsEqual("tags".utf8):
                    for tag in value.elements {
                        guard let tag = tag.utf8 else { continue }
                        tags.append(contentsOf: tag)
                        tags.append(UInt8(ascii: " "))
                    }
                default: break
                }
            }
        }
    }
}
