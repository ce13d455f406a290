import Catalog
import Ingestion
import TestSupport
import Testing

@testable import EntitySources

/// What `slapd` does not do, by a server that a test plays.
@Suite struct MemberRangesTests {
    private static let id = "00000000-0000-0000-0000-000000000001"
    private static let dn = TestEntries.group("staff")

    /// A directory of one group, whose members come two at a time.
    ///
    /// - Parameter page: how the end of a page is written.
    private func script(
        members: Int = 5,
        page: @escaping @Sendable (inout ScriptedAnswer) -> Void = { $0.finish(cookie: []) }
    ) -> ScriptedDirectory.Script {
        { message in
            let request = ScriptedAnswer.Request(message)
            var answer = ScriptedAnswer(to: request)
            switch request.operation {
            case 0x60: answer.bound()
            case 0x63 where request.base.isEmpty: answer.finish()
            case 0x63 where request.attributes.contains { $0.hasPrefix("member;range=") }:
                let start = request.attributes[0].split(separator: "=")[1].split(separator: "-")[0]
                answer.add(entry: Self.dn, [Self.members(from: Int(start) ?? 0, of: members)])
                answer.finish()
            case 0x63 where request.base.hasPrefix("uid="):
                answer.add(
                    entry: request.base,
                    [("uid", [String(request.base.dropFirst(4).prefix { $0 != "," })]), ("entryUUID", [Self.id])]
                )
                answer.finish()
            case 0x63 where request.attributes.contains("member"):
                answer.add(
                    entry: Self.dn,
                    [("cn", ["staff"]), ("entryUUID", [Self.id]), ("member", []), Self.members(from: 0, of: members)]
                )
                page(&answer)
            case 0x63:
                answer.add(entry: Self.dn, [("entryUUID", [Self.id])])
                answer.finish()
            default: break
            }
            return answer.bytes
        }
    }

    private static func members(from start: Int, of count: Int) -> (String, [String]) {
        let end = min(start + 2, count)
        let names = (start..<end).map { TestEntries.person("p\($0)") }
        return ("member;range=\(start)-\(end == count ? "*" : "\(end - 1)")", names)
    }

    private func configuration(_ url: String) -> LDAPSource.Configuration {
        var configuration = LDAPSource.Configuration.test(url)
        configuration.users = LDAPSource.Search(bases: [TestEntries.people])
        configuration.users?.allowEmpty = true
        return configuration
    }

    private func group(_ script: @escaping ScriptedDirectory.Script) async throws -> Page {
        try await ScriptedDirectory.with(script) { url in
            let source = try LDAPSource(configuration(url), logger: quiet)
            let start = try await source.readPage()
            let leaf = try #require(start.next.first { $0["search"] == "groups" })
            return try await source.readPage(at: leaf)
        }
    }

    @Test("a member list that comes in ranges is read to its end")
    func ranges() async throws {
        let page = try await group(script(members: 5))
        let entity = try JSON(parsing: try #require(page.entities.first))
        let members = (0..<5).map { JSON.string("user:default/p\($0)") }
        #expect(entity["spec"]?["members"] == .array(members))
        #expect(page.next.isEmpty)
    }

    @Test("an end that says nothing of further pages is no end")
    func noControl() async throws {
        let error = await #expect(throws: SourceError.self) { try await group(script { $0.finish() }) }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("says nothing of further pages") == true)
    }

    @Test(
        "a limit keeps what came, and cuts the leaf; an error of the server keeps nothing",
        arguments: [3, 4, 11, 1, 51, 80]
    )
    func codes(_ code: UInt8) async throws {
        do {
            let page = try await group(script { $0.finish(code) })
            #expect([3, 4, 11].contains(code))
            #expect(page.entities.count == 1 && page.next.count == 3)
        } catch let error as SourceError {
            #expect([1, 51, 80].contains(code))
            #expect(error.code == (code == 1 ? .refused : .unavailable))
        }
    }

    @Test("more entries than were asked for are refused, so that memory is bounded")
    func tooMany() async throws {
        let error = await #expect(throws: SourceError.self) {
            try await group(
                script { answer in
                    for number in 0..<200 { answer.add(entry: "cn=g\(number)", [("entryUUID", [Self.id])]) }
                    answer.finish(cookie: [])
                }
            )
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test("an entry without a name is refused")
    func noName() async throws {
        let error = await #expect(throws: SourceError.self) {
            try await group(
                script { answer in
                    answer.add(entry: "", [("entryUUID", [Self.id])])
                    answer.finish(cookie: [])
                }
            )
        }
        #expect(error?.code == .invalidPage)
    }
}
