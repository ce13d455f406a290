import Catalog
import Ingestion
import Testing

@testable import EntitySources

/// What a server sends, and what a cursor in Redis holds, may be anything: it is read or refused, and ends nothing.
@Suite struct HostileDirectoryTests {
    /// Random texts of the characters that mean something, the same in every run.
    private func texts(of alphabet: String, count: Int) -> [String] {
        let characters = Array(alphabet)
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        return (0..<count).map { _ in String((0..<next(24)).map { _ in characters[next(characters.count)] }) }
    }

    @Test("any text is a distinguished name or none; what one is written as is the same name again")
    func names() {
        var names = 0
        for text in texts(of: "cn=a,+;\\\"# 0F4é", count: 5_000) {
            _ = DistinguishedName.first(of: text)
            guard let name = DistinguishedName(text) else { continue }
            names += 1
            #expect(DistinguishedName(name.description) == name, "\(text)")
        }
        #expect(names > 100)
    }

    @Test func filters() {
        let filters = texts(of: "(&|!)a=b*", count: 5_000).compactMap { DirectoryFilter.normalized($0) }
        #expect(filters.count > 100)
        for filter in filters { #expect(DirectoryFilter.normalized(filter) == filter) }
    }

    @Test("the values of controls, cut and changed at every place")
    func controls() {
        let uuid = [UInt8](repeating: 7, count: 16)
        var state = BERWriter()
        state.sequence {
            $0.append(enumeration: 1)
            $0.append(octets: uuid)
        }
        var ids = BERWriter()
        ids.append(octets: uuid)
        var set = BERWriter()
        set.append(boolean: true)
        set.append(BERTag.set, ids.bytes)
        var information = BERWriter()
        information.append(0xA3, set.bytes)
        for value in [state.bytes, information.bytes] {
            for place in value.indices {
                for byte in [0, 1, 0x7F, 0x80, 0x84, 0xFF] as [UInt8] {
                    var changed = value
                    changed[place] = byte
                    for text in [changed, Array(changed.prefix(place))] {
                        _ = SyncMessages.information(text)
                        let control = DirectoryControl(oid: DirectoryControl.syncState, value: text)
                        _ = SyncMessages.state(of: DirectoryEntry(dn: "cn=a", attributes: [], controls: [control]))
                        _ = DirectoryResult(code: 0, controls: [control]).pageCookie
                    }
                }
            }
        }
        guard case .ids(let found, areDeleted: true, cookie: nil) = SyncMessages.information(information.bytes) else {
            Issue.record("the value as it was is not read")
            return
        }
        #expect(found == ["07070707-0707-0707-0707-070707070707"])
    }

    @Test("cursors with numbers beyond all bounds are read within them, or expired")
    func cursors() throws {
        let plan = try LDAPPlan(.test("ldap://127.0.0.1"))
        let base: JSON = [
            "plan": .string(plan.digest), "search": "users", "base": "dc=a", "key": "entryUUID",
        ]
        var leaf = base
        leaf["leaf"] = "whole"
        leaf["page"] = .integer(.max)
        leaf["depth"] = .integer(.max)
        let cursor = try LDAPCursor(leaf, of: plan)
        #expect(cursor.depth == 1_000)
        var window = base
        window["window"] = ["server": "a", "invocation": "", "from": .integer(.max), "width": 1]
        var elsewhere = leaf
        elsewhere["server"] = "ldap://evil.example:389"
        for json in [window, elsewhere, base, [], "x"] as [JSON] {
            let error = #expect(throws: SourceError.self) { try LDAPCursor(json, of: plan) }
            #expect(error?.code == .cursorExpired)
        }
    }
}
