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
        let result = interpolation.expand(text)
        #expect(result.text == expanded)
        #expect(result.isInterpolated == isInterpolated)
        #expect(result.problems.isEmpty)
    }

    @Test(
        "What is put in may be secret, unless it is a number, or its variable's name says that it is an address or a name"
    )
    func secrets() {
        let environment = [
            "KEY": "k3y", "API_URL": "http://a", "GITHUB_ORG": "acme", "ID": "4711", "EMPTY": "", "URL_X": "x",
        ]
        let text = environment.keys.sorted().map { "${\($0)}" }.joined(separator: " ")
        #expect(Interpolation(environment: environment).expand(text).secrets == ["k3y", "x"])
    }

    @Test(arguments: [
        ("${NOPE}", Interpolation.Problem.unset("NOPE")), ("a ${no-pe} b", .malformed("${no-pe}")),
        ("${}", .malformed("${}")), ("${1A}", .malformed("${1A}")), ("${HOST", .malformed("${HOST")),
    ])
    func whatCannotBeIsAProblem(_ text: String, _ problem: Interpolation.Problem) {
        #expect(interpolation.expand(text).problems == [problem])
    }
}
