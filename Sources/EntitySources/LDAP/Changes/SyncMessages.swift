/// What content synchronization (RFC 4533) adds to requests and answers.
enum SyncMessages {
    /// Asks for what changed since the point of the cookie, and then for no more. Critical: a server that does not know it would send
    /// the whole content as if it had changed.
    static func request(since cookie: [UInt8]) -> DirectoryControl {
        var value = BERWriter()
        value.sequence {
            // refreshOnly
            $0.append(enumeration: 1)
            $0.append(octets: cookie)
        }
        return DirectoryControl(oid: DirectoryControl.syncRequest, value: value.bytes)
    }

    /// What became of an entry (2.3).
    enum State: Int { case present, add, modify, delete }

    /// The state of an entry, its entryUUID, and the cookie if there is one.
    static func state(of entry: DirectoryEntry) -> (state: State, id: String, cookie: [UInt8]?)? {
        guard let value = entry.controls.first(where: { $0.oid == DirectoryControl.syncState })?.value else {
            return nil
        }
        var reader = BERReader(value)
        guard var content = reader.sequence(), let state = content.enumeration().flatMap(State.init),
            let uuid = content.octets(), uuid.count == 16
        else { return nil }
        return (state, uuid.dashed, content.octets())
    }

    /// What stands between entries (2.5).
    enum Information {
        case cookie([UInt8])
        /// The end of a phase: of one that tells what is gone, or of one that tells what is still there.
        case phase(isPresent: Bool, cookie: [UInt8]?)
        case ids([String], areDeleted: Bool, cookie: [UInt8]?)
    }

    static func information(_ value: [UInt8]) -> Information? {
        var reader = BERReader(value)
        switch reader.tag {
        case 0x80: return reader.content(0x80).map { .cookie(Array($0)) }
        case let tag? where tag == 0xA1 || tag == 0xA2:
            guard var content = reader.sequence(tag) else { return nil }
            return .phase(isPresent: tag == 0xA2, cookie: content.octets())
        case 0xA3:
            guard var content = reader.sequence(0xA3) else { return nil }
            let cookie = content.octets()
            let areDeleted = content.boolean() ?? false
            guard var set = content.sequence(BERTag.set) else { return nil }
            var ids: [String] = []
            while let uuid = set.octets() {
                guard uuid.count == 16 else { return nil }
                ids.append(uuid.dashed)
            }
            return .ids(ids, areDeleted: areDeleted, cookie: cookie)
        default: return nil
        }
    }

    /// The end of an answer (2.4): the cookie, and whether what is gone was told.
    static func done(_ result: DirectoryResult) -> (cookie: [UInt8]?, tellsDeleted: Bool)? {
        guard let value = result.controls.first(where: { $0.oid == DirectoryControl.syncDone })?.value else {
            return nil
        }
        var reader = BERReader(value)
        guard var content = reader.sequence() else { return nil }
        return (content.octets(), content.boolean() ?? false)
    }

    /// Whether a message shows that the server tells what is still there, and leaves open what is gone.
    static func isPresence(_ message: DirectoryMessage) -> Bool {
        switch message {
        case .entry(let entry): return state(of: entry)?.state == .present
        case .information(let oid, let value):
            guard oid == DirectoryControl.syncInfo else { return false }
            switch information(value) {
            case .phase(isPresent: true, cookie: _), .ids(_, areDeleted: false, cookie: _): return true
            default: return false
            }
        default: return false
        }
    }
}
