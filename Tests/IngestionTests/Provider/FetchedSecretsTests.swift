import Catalog
import TestSupport
import Testing

@testable import Ingestion

@Suite struct FetchedSecretsTests {
    @Test("a token is hidden from when it is known until everybody who had it has forgotten it")
    func hidden() {
        let fetched = FetchedSecrets()
        let secrets = Secrets(["configured-token"], and: fetched)
        #expect(secrets.redacting("a fetched-token") == "a fetched-token")
        fetched.keep("fetched-token")
        fetched.keep("fetched-token")
        #expect(secrets.redacting("a fetched-token, configured-token") == "a ***, ***")
        #expect(secrets.redacting("cut: fetched-to") == "cut: ***")
        fetched.forget("fetched-token")
        #expect(secrets.redacting("a fetched-token") == "a ***")
        fetched.forget("fetched-token")
        fetched.forget("fetched-token")
        #expect(secrets.redacting("a fetched-token") == "a fetched-token")
    }

    @Test("an entity or a cursor with a fetched token in it is refused")
    func refused() throws {
        let fetched = FetchedSecrets()
        var provider = Provider(name: "test", source: TestSource(names: [String]()))
        provider.secrets = Secrets([], and: fetched)
        let page = Page(entities: [TestSource.entity("a", title: "ghs_0123456789"), TestSource.entity("b")])
        #expect(try PreparedPage(page, at: nil, of: provider, events: 0).entities.count == 2)
        fetched.keep("ghs_0123456789")
        let prepared = try PreparedPage(page, at: nil, of: provider, events: 0)
        #expect(prepared.entities.map(\.ref.string) == [TestSource.ref("b")])
        #expect(prepared.rejected.map(\.ref?.string) == [TestSource.ref("a")])
        #expect(!prepared.rejected.contains { $0.excerpt.contains("ghs_0123456789") })
        #expect(throws: SourceError.self) {
            try PreparedPage(Page(entities: [], next: ["ghs_0123456789"]), at: nil, of: provider, events: 0)
        }
    }
}
