/// One of an entity's links, found on the tape in one pass.
struct EntityLink {
    private let link: JSONElement
    private var url: JSONElement?
    private var title: JSONElement?
    private var icon: JSONElement?
    private var type: JSONElement?

    init(_ link: JSONElement) {
        self.link = link
        for (key, value) in link.members {
            switch key.count {
            case 3 where key.equals("url"): url = value
            case 4 where key.equals("icon"): icon = value
            case 4 where key.equals("type"): type = value
            case 5 where key.equals("title"): title = value
            default: break
            }
        }
    }

    /// Throws the first rule that is broken, with a path from the link on.
    func validate() throws(EntityViolation) {
        guard link.isObject else { throw EntityViolation("", link, "an object with a url") }
        guard let url else { throw EntityViolation(missing: "url", "an absolute URL") }
        guard let utf8 = url.utf8, URLRule.accepts(utf8) else { throw EntityViolation("url", url, "an absolute URL") }
        if let title, title.utf8?.contains(where: { $0 > 0x20 }) != true {
            throw EntityViolation("title", title, "a string that is not blank")
        }
        if let icon {
            guard let utf8 = icon.utf8, EntityRule.name.accepts(utf8) else {
                throw EntityViolation("icon", icon, EntityRule.name.expectation)
            }
        }
        if let type, type.utf8?.isEmpty != false {
            throw EntityViolation("type", type, "a string that is not empty")
        }
    }
}
