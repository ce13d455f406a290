import Catalog
import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct ProviderListTests {
    private let list = ProviderList(providers: [
        .example(),
        .example("a-provider-with-a-long-name") {
            ($0.phase, $0.waits, $0.due, $0.counts.rejected) = (.resting, "rest", 96_399_000, 7)
        },
        .example("ldap") {
            ($0.waits, $0.due, $0.failures, $0.errorAt) = ("backoff", 10_300_000, 3, 9_880_000)
            $0.error = "unauthorized: GET https://api.example.com/x: 401"
        },
    ])

    @Test func at120Columns() {
        #expect(
            list.lines(width: 120, style: .plain).joined(separator: "\n") == """
                PROVIDER                     STATUS       CYCLE  ENTITIES  ADDED  CHANGED  REMOVED  REJECTED  WAITS FOR
                github                       running          2    61,204     12      340        0         0
                a-provider-with-a-long-name  resting          2    61,204     12      340        0         7  next cycle in 23h 59m
                ldap                         backing off      2    61,204     12      340        0         0  next attempt in 5m

                ldap: failed 3 times in a row, 2m ago: unauthorized: GET https://api.example.com/x: 401
                """
        )
    }

    @Test func at80Columns() {
        #expect(
            list.lines(width: 80, style: .plain).joined(separator: "\n") == """
                PROVIDER         STATUS       CYCLE  ENTITIES  ADDED  CHANGED  REMOVED  REJECTED
                github           running          2    61,204     12      340        0         0
                a-provider-wit…  resting          2    61,204     12      340        0         7
                  waits for: next cycle in 23h 59m
                ldap             backing off      2    61,204     12      340        0         0
                  waits for: next attempt in 5m

                ldap: failed 3 times in a row, 2m ago: unauthorized: GET
                https://api.example.com/x: 401
                """
        )
    }

    @Test(arguments: [80, 100, 120])
    func fitsATerminal(_ width: Int) {
        for line in list.lines(width: width, style: .plain) { #expect(TextWidth.of(line) <= width, "\(line)") }
    }

    @Test("a feed that does not tell what changed stands below the list, though cycles go on")
    func feed() {
        let list = ProviderList(providers: [
            .example("ldap") {
                $0.feed = ProviderStatus.Feed(
                    hasPoint: false,
                    told: 0,
                    error: "refused: not offered",
                    errorAt: 9_880_000,
                    failures: 2
                )
            }
        ])
        #expect(
            list.lines(width: 120, style: .plain).last
                == "ldap: changes could not be told 2 times in a row, 2m ago: refused: not offered"
        )
        #expect(list.json[0]?["changes"]?["error"] == "refused: not offered")
    }

    @Test("why everything is published anew stands below the list")
    func republishing() {
        let provider = ProviderStatus.example("ldap") { $0.republishing = "group catalog: entries are gone" }
        #expect(
            ProviderList(providers: [provider]).lines(width: 120, style: .plain).last
                == "ldap: everything is published anew by the next whole cycle: group catalog: entries are gone"
        )
    }

    @Test func jsonIsAList() {
        #expect(
            list.json.array?.compactMap { $0["name"]?.string } == ["github", "a-provider-with-a-long-name", "ldap"]
        )
    }

    @Test func withoutProvidersItSaysWhatToDo() {
        #expect(ProviderList(providers: []).lines(width: 80, style: .plain).first?.contains("tidemark run") == true)
    }
}
