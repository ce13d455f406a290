/// The fields of an entity that the envelope's rules speak of, found on the tape in one pass.
struct EntityEnvelope {
    private(set) var apiVersion: JSONElement?
    private(set) var kind: JSONElement?
    private(set) var metadata: JSONElement?
    private(set) var spec: JSONElement?
    private(set) var relations: JSONElement?
    private(set) var status: JSONElement?
    /// The first root key that the envelope does not know.
    private(set) var foreign: UnsafeBufferPointer<UInt8>?

    private(set) var name: JSONElement?
    private(set) var namespace: JSONElement?
    private(set) var uid: JSONElement?
    private(set) var etag: JSONElement?
    private(set) var title: JSONElement?
    private(set) var summary: JSONElement?
    private(set) var labels: JSONElement?
    private(set) var annotations: JSONElement?
    private(set) var tags: JSONElement?
    private(set) var links: JSONElement?

    /// Of duplicate keys the last is taken, as in the canonical form.
    init(_ root: JSONElement) {
        for (key, value) in root.members {
            switch key.count {
            case 4 where key.equals("kind"): kind = value
            case 4 where key.equals("spec"): spec = value
            case 6 where key.equals("status"): status = value
            case 8 where key.equals("metadata"): metadata = value
            case 9 where key.equals("relations"): relations = value
            case 10 where key.equals("apiVersion"): apiVersion = value
            default: foreign = foreign ?? key
            }
        }
        guard let metadata else { return }
        for (key, value) in metadata.members {
            switch key.count {
            case 3 where key.equals("uid"): uid = value
            case 4 where key.equals("name"): name = value
            case 4 where key.equals("etag"): etag = value
            case 4 where key.equals("tags"): tags = value
            case 5 where key.equals("title"): title = value
            case 5 where key.equals("links"): links = value
            case 6 where key.equals("labels"): labels = value
            case 9 where key.equals("namespace"): namespace = value
            case 11 where key.equals("annotations"): annotations = value
            case 11 where key.equals("description"): summary = value
            default: break
            }
        }
    }

    /// The entity's ref, when its three parts can be read and keep their rules.
    var ref: EntityRef? {
        guard let kind = kind?.utf8, EntityRule.kind.accepts(kind),
            let name = name?.utf8, EntityRule.name.accepts(name)
        else { return nil }
        guard let namespace else { return Self.ref(kind, namespace: nil, name) }
        guard let namespace = namespace.utf8, EntityRule.namespace.accepts(namespace) else { return nil }
        return Self.ref(kind, namespace: namespace, name)
    }

    private static func ref(
        _ kind: UnsafeBufferPointer<UInt8>,
        namespace: UnsafeBufferPointer<UInt8>?,
        _ name: UnsafeBufferPointer<UInt8>
    ) -> EntityRef {
        let namespaceCount = namespace?.count ?? EntityRef.defaultNamespace.utf8.count
        let count = kind.count + 1 + namespaceCount + 1 + name.count
        let string = String(unsafeUninitializedCapacity: count) { target in
            var place = 0
            func append(lowercased bytes: some Sequence<UInt8>) {
                for byte in bytes {
                    target[place] = ASCII.lowercased(byte)
                    place &+= 1
                }
            }
            append(lowercased: kind)
            append(lowercased: CollectionOfOne(UInt8(ascii: ":")))
            if let namespace {
                append(lowercased: namespace)
            } else {
                append(lowercased: EntityRef.defaultNamespace.utf8)
            }
            append(lowercased: CollectionOfOne(UInt8(ascii: "/")))
            append(lowercased: name)
            return count
        }
        return EntityRef(valid: string)
    }
}
