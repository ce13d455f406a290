import Catalog
import Foundation
import Ingestion
import TestSupport
import Testing

/// The dashboard of a real process in a real browser.
@Suite struct DashboardTests {
    private static let card = "article[aria-labelledby='provider-\(Deployment.provider)']"

    private static func withDashboard(
        scope: String,
        names: [String],
        held: String? = nil,
        _ body: (Deployment, Browser, String) async throws -> Void
    ) async throws {
        try await withDeployment(chains: 2, pageSize: 5) { deployment in
            let token = try await HTTPSite.token(scope: scope, in: deployment.directory)
            try HTTPSite.configure(deployment.directory, token, scope: scope)
            try deployment.source.list(names)
            if let held { try deployment.source.hold(held) }
            try await withTidemark(["run"], name: "run", in: deployment.directory) { process in
                let port = try await HTTPSite.port(of: process)
                try await Browser.with { browser in
                    try await browser.open("http://127.0.0.1:\(port)/")
                    try await body(deployment, browser, token.text)
                    #expect(try await browser.complaints() == [])
                    // The token is nowhere but in the tab's session.
                    #expect(
                        try await browser.evaluate("return location.href + document.cookie").string?.contains(
                            "tidemark_"
                        ) == false
                    )
                    #expect(try await browser.evaluate("return localStorage.length") == 0)
                }
            }
        }
    }

    private static func signIn(_ browser: Browser, _ token: String) async throws {
        try await browser.type(token, into: "#token")
        try await browser.click("Sign in")
    }

    /// Waits until a value beside a name is this on the card.
    private static func shows(_ browser: Browser, _ name: String, _ value: String) async throws {
        let script = """
            return [...document.querySelectorAll(`\(card) dt`)].find((name) => name.innerText === '\(name)')
                ?.nextElementSibling.innerText ?? ''
            """
        try await eventually { try await browser.evaluate(script).string == value }
    }

    private static func status(_ browser: Browser, _ status: String) async throws {
        try await eventually { try await browser.text("\(card) .status") == status }
    }

    @Test(
        "a person signs in, watches a cycle run, pauses, resumes, and approves a held sweep; no policy is violated, and the console is silent"
    )
    func watchesAndActs() async throws {
        let names = (0..<20).map { "e\($0)" }
        try await Self.withDashboard(scope: "manage", names: names, held: "0:5") { deployment, browser, token in
            try await Self.signIn(browser, token)
            // The second page of a chain is held back: the cycle stands still in its midst.
            try await Self.status(browser, "running")
            try await Self.shows(browser, "Entities", "15")
            try await Self.shows(browser, "Chains open", "1")
            #expect(try await browser.text("#connection") == "Live")
            try await eventually {
                try await browser.text("#workers").contains("\(Deployment.provider) reads cycle 1")
            }
            try deployment.source.letGo("0:5")
            try await Self.status(browser, "resting")
            try await Self.shows(browser, "Added", "20")
            try await Self.shows(browser, "Known entities", "20")
            #expect(try await browser.text("\(Self.card) .next").hasPrefix("Next cycle in "))
            try await eventually {
                try await browser.evaluate("return document.querySelectorAll('.chart.added rect').length") == 1
            }

            try await browser.press("Pause")
            try await Self.status(browser, "paused")
            #expect(try await deployment.status().pausedSince != nil)
            #expect(try await browser.evaluate("return document.activeElement.innerText") == "Resume")
            try await browser.press("Resume")
            try await Self.status(browser, "resting")

            try deployment.source.list([])
            try await browser.click("Trigger")
            try await Self.status(browser, "held")
            try await eventually {
                try await browser.evaluate("return document.querySelectorAll('.refs li').length") == 20
            }
            #expect(try await browser.text(".refs").contains("component:default/e7"))
            // Whoever does not confirm has changed nothing.
            try await browser.click("Approve: remove 20")
            #expect(try await browser.evaluate("return document.activeElement.innerText") == "Leave it")
            try await browser.press("Leave it")
            #expect(try await deployment.status().phase == .held)
            try await browser.click("Approve: remove 20")
            try await browser.click("Remove 20 entities")
            try await Self.status(browser, "resting")
            try await Self.shows(browser, "Known entities", "0")
            try await Self.shows(browser, "Removed", "20")
        }
    }

    @Test("a wrong token is told so; one to read sees all and has nothing to press")
    func tokens() async throws {
        try await Self.withDashboard(scope: "read", names: ["a", "b"]) { deployment, browser, token in
            try await Self.signIn(browser, "tidemark_" + String(repeating: "0", count: 64))
            try await eventually { try await browser.text("#sign-in-error") == "This token is not known here." }
            #expect(try await browser.text("#board") == "")
            // The browser itself says on the console what was refused, and nothing else.
            let complaints = try await browser.complaints()
            #expect(
                complaints.count == 1 && complaints.allSatisfy { $0.contains("401 (Unauthorized)") },
                "\(complaints)"
            )

            try await Self.signIn(browser, token)
            try await Self.status(browser, "resting")
            try await Self.shows(browser, "Known entities", "2")
            #expect(try await browser.text("#caller") == "ops, to look only")
            let enabled = """
                return [...document.querySelectorAll('.card button')]
                    .filter((button) => button.offsetParent !== null && !button.disabled).length
                """
            #expect(try await browser.evaluate(enabled) == 0)

            try await browser.click("Sign out")
            #expect(try await browser.evaluate("return sessionStorage.length") == 0)
            #expect(try await browser.text("#board") == "")
        }
    }
}
