import Catalog
import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct VerificationReportTests {
    @Test func violationsAreListed() {
        var violated = Verification.Check(2, "a ref is in exactly one generation", provider: "github")
        violated.looked = 4
        violated.violate("component:default/a is in generations 1 and 2")
        var skipped = Verification.Check(3, "the deltas give the known refs", provider: "github")
        skipped.skipped = "the stream was trimmed"
        let report = VerificationReport(checks: [violated, skipped])
        #expect(
            report.lines(width: 120, style: .plain).joined(separator: "\n") == """
                PROVIDER  NO  INVARIANT                           LOOKED AT  RESULT
                github     2  a ref is in exactly one generation          4  1 violation
                github     3  the deltas give the known refs              0  not checked

                github: a ref is in exactly one generation
                  component:default/a is in generations 1 and 2

                github: not checked that the deltas give the known refs: the stream was trimmed

                1 violation; 1 not checked.
                """
        )
        #expect(report.json["holds"] == false)
        #expect(report.violations == 1)
    }
}
