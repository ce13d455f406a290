@testable import EntitySources

/// The messages of a server that a test plays itself.
struct ScriptedAnswer {
    /// A request, as far as a test looks at it.
    struct Request {
        let id: Int
        let operation: UInt8
        /// Of a search.
        private(set) var base = ""
        private(set) var attributes: [String] = []

        init(_ message: [UInt8]) {
            var reader = BERReader(message)
            var content = reader.sequence() ?? BERReader([])
            id = content.integer() ?? 0
            operation = content.tag ?? 0
            guard operation == 0x63, var search = content.sequence(0x63) else { return }
            base = search.octets().map { String(decoding: $0, as: UTF8.self) } ?? ""
            _ = (search.enumeration(), search.enumeration(), search.integer(), search.integer(), search.boolean())
            // The filter is of any kind.
            if let tag = search.tag { _ = search.content(tag) }
            var names = search.sequence() ?? BERReader([])
            while let name = names.octets() { attributes.append(String(decoding: name, as: UTF8.self)) }
        }
    }

    private(set) var bytes: [UInt8] = []
    private let id: Int

    init(to request: Request) { id = request.id }

    mutating func add(entry dn: String, _ attributes: [(String, [String])]) {
        var entry = BERWriter()
        entry.append(octets: Array(dn.utf8))
        entry.sequence { list in
            for (name, values) in attributes {
                list.sequence { attribute in
                    attribute.append(octets: Array(name.utf8))
                    var set = BERWriter()
                    for value in values { set.append(octets: Array(value.utf8)) }
                    attribute.append(BERTag.set, set.bytes)
                }
            }
        }
        add(0x64, entry.bytes, nil)
    }

    /// The end of a search; with a cookie where it is a page's.
    mutating func finish(_ code: UInt8 = 0, cookie: [UInt8]? = nil) {
        let control = cookie.map { DirectoryControl.page(of: 0, after: $0) }
        add(0x65, Self.result(code), control)
    }

    mutating func bound() { add(0x61, Self.result(0), nil) }

    private static func result(_ code: UInt8) -> [UInt8] {
        var result = BERWriter()
        result.append(enumeration: code)
        result.append(octets: [])
        result.append(octets: [])
        return result.bytes
    }

    private mutating func add(_ tag: UInt8, _ content: [UInt8], _ control: DirectoryControl?) {
        var message = BERWriter()
        message.sequence { message in
            message.append(integer: id)
            message.append(tag, content)
            guard let control else { return }
            var controls = BERWriter()
            controls.sequence {
                $0.append(octets: Array(control.oid.utf8))
                $0.append(octets: control.value)
            }
            message.append(0xA0, controls.bytes)
        }
        bytes += message.bytes
    }
}
