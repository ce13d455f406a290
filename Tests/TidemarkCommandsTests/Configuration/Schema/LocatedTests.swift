import Testing

@testable import TidemarkCommands

@Suite struct LocatedTests {
    private func source() throws -> Located<SourceSection> {
        let configuration = try parse(
            """
            providers:
              a:
                source:
                  http:
                    url: http://b
                    records: .items[]
                    entity: |
                      { a: 1,
                        b: 2 }
            """
        )
        return try #require(configuration.providers[0].source)
    }

    @Test func aProblemStandsAtItsField() throws {
        let problem = try source().problem("wrong", at: "http.records")
        #expect(problem.text(file: "t") == "t:6:18: providers.a.source.http.records: wrong")
    }

    @Test func aLineOfABlockIsCounted() throws {
        let problem = try source().problem("wrong", at: "http.entity", line: 2, mend: "mend it")
        #expect(problem.text(file: "t") == "t:9:1: providers.a.source.http.entity: wrong\n    mend it")
    }

    @Test func aMissingFieldIsSoughtAboveIt() throws {
        let problem = try source().problem("wrong", at: "http.auth.bearer")
        #expect(problem.text(file: "t") == "t:5:9: providers.a.source.http.auth.bearer: wrong")
    }
}
