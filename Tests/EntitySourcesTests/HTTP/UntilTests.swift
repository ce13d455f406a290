import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct UntilTests {
    private static let handler: HTTPTestServer.Handler = { request in
        let number = request.query("after").first.flatMap { Int($0) } ?? 0
        let items = number == 1 ? "[]" : #"[{"id":\#(number),"year":\#(2030 - number)}]"#
        return .json(#"{"items":\#(items),"next":\#(number + 1),"old":\#(number >= 3)}"#)
    }

    @Test(
        "I2: a condition ends the chain at the first page that meets it, and is not asked of a page without records",
        arguments: [
            HTTPSource.Until.lastRecord(".year < 2029"), .lastRecord("(.year // 0) < 2028"), .page(".old"),
        ]
    )
    func ends(_ until: HTTPSource.Until) async throws {
        let result = try await reading(Self.handler) {
            $0.records = ".items[] | select(.id != 2)"
            $0.entity = "{n: .id}"
            $0.pagination = .cursor(next: ".next", parameter: "after")
            $0.until = until
        }
        let isFirst = until == .lastRecord(".year < 2029")
        #expect(result.entities == (isFirst ? [#"{"n":0}"#] : [#"{"n":0}"#, #"{"n":3}"#]))
        #expect(result.pages.count == (isFirst ? 3 : 4))
    }

    @Test("what is neither true nor false is an error", arguments: ["null", ".id", "empty", "true, false"])
    func noBoolean(_ condition: String) async throws {
        let error = try await failing(Self.handler) {
            $0.records = ".items"
            $0.pagination = .cursor(next: ".next", parameter: "after")
            $0.until = .lastRecord(condition)
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("it must give true or false") == true, "\(error?.message ?? "none")")
    }
}
