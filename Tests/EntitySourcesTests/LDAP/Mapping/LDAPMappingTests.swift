import Testing

@testable import EntitySources

@Suite struct LDAPMappingTests {
    private static let record = #"""
        {"dn":"uid=jane,o=x","rdn":"uid=jane","id":"0a","name":"jane","search":"users","memberOf":["group:default/a"],
         "members":["user:default/jane","group:default/b"],"attributes":{"cn":["Jane"],"mail":["jane@example.com"]}}
        """#

    @Test(
        "The default mappings are evaluated without libjq, and give what it gives",
        arguments: [LDAPMapping.user, LDAPMapping.group]
    )
    func compiled(_ mapping: String) async throws {
        let nameless = #"{"dn":"o=x","rdn":null,"id":null,"name":"x","memberOf":[],"members":[],"attributes":{}}"#
        for pair in try await Differential.run(mapping, [Self.record, nameless]) {
            #expect(pair.isEvaluated)
            #expect(pair.isRight, "\(pair.compiled), libjq \(pair.libjq)")
        }
    }
}
