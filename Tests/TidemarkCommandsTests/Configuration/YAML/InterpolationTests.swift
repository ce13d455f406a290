import Testing

@testable import TidemarkCommands

@Suite struct InterpolationTests {
    let interpolation = Interpolation(environment: ["HOST": "example.com", "_x1": "y", "EMPTY": "", "TRICK": "${HOST}"])

    @Test(arguments: [
        ("no variable $5 $", "no variable $5 $", false),
        ("https://${HOST}/a", "https://example.com/a", true),
        ("${HOST}${_x1}", "example.comy", true),
        ("a${EMPTY}b", "ab", true),
        ("$${HOST}", "${HOST}", false),
        ("$$${HOST}", "$${HOST}", false),
        ("$${HOST} ${HOST}", "${HOST} example.com", true),
        ("${TRICK}", "${HOST}", true),
    ])
    func variablesArePutIn(_ text: String, _ expanded: String, _ isInterpolated: Bool) {
        #expect(interpolation.expand(text) == .init(text: expanded, isInterpolated: isInterpolated))
    }

    @Test(arguments: [
        ("${NOPE}", Interpolation.Problem.unset("NOPE")), ("a ${no-pe} b", .malformed("${no-pe}")),
        ("${}", .malformed("${}")), ("${1A}", .malformed("${1A}")), ("${HOST", .malformed("${HOST")),
    ])
    func whatCannotBeIsAProblem(_ text: String, _ problem: Interpolation.Problem) {
        #expect(interpolation.expand(text).problems == [problem])
    }
}
