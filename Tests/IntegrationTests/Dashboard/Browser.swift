import AsyncHTTPClient
import Catalog
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A Chromium without a screen, as a person would use it; driven by WebDriver (w3.org/TR/webdriver2).
struct Browser: Sendable {
    private let session: String

    /// Runs `body` with a browser of its own. What deploy/packages lists must be installed.
    static func with(_ body: (Browser) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let log = directory + "/chromedriver.log"
            let file = try FileDescriptor.open(
                FilePath(log),
                .writeOnly,
                options: [.create, .truncate],
                permissions: .ownerReadWrite
            )
            var failure: (any Error)?
            _ = try await run(
                .name("chromedriver"),
                arguments: ["--port=0"],
                environment: .inherit.updating(["HOME": directory, "TMPDIR": directory]),
                input: .none,
                output: .fileDescriptor(file, closeAfterSpawningProcess: true),
                error: .discarded
            ) { execution in
                do {
                    try await with(try await driver(log), body)
                } catch {
                    failure = error
                }
                try? execution.send(signal: .terminate)
            }
            if let failure { throw failure }
        }
    }

    private static func with(_ driver: String, _ body: (Browser) async throws -> Void) async throws {
        let options: JSON = [
            // The sandbox needs what containers do not give.
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
            ]
        ]
        let capabilities: JSON = ["goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"]]
        let made = try await send("POST", driver + "/session", ["capabilities": ["alwaysMatch": capabilities]])
        let browser = Browser(session: "\(driver)/session/\(try #require(made["sessionId"]?.string))")
        var failure: (any Error)?
        do { try await body(browser) } catch { failure = error }
        _ = try await send("DELETE", browser.session)
        if let failure { throw failure }
    }

    /// Where the driver says that it listens.
    private static func driver(_ log: String) async throws -> String {
        let mark = "started successfully on port "
        var port: Int?
        try await eventually {
            let text = try String(contentsOfFile: log, encoding: .utf8)
            port = text.firstRange(of: mark).flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
            return port != nil
        }
        return "http://127.0.0.1:\(try #require(port))"
    }

    // MARK: - Using it

    func open(_ url: String) async throws { _ = try await ask("/url", ["url": .string(url)]) }

    /// What a script returns.
    @discardableResult
    func evaluate(_ script: String) async throws -> JSON {
        try await ask("/execute/sync", ["script": .string(script), "args": []])
    }

    /// What a person reads in the first element that a selector finds.
    func text(_ selector: String) async throws -> String {
        // Of what is not shown, innerText is all that is in it.
        let script = """
            const element = document.querySelector("\(selector)");
            return element?.checkVisibility() ? element.innerText : ''
            """
        return try await evaluate(script).string ?? ""
    }

    /// Clicks on the button of this name that can be seen.
    func click(_ name: String) async throws { try await tell(button(name), "click", [:]) }

    /// Presses Enter on the button of this name, as those do who use no mouse.
    func press(_ name: String) async throws { try await tell(button(name), "value", ["text": "\u{E007}"]) }

    func type(_ text: String, into selector: String) async throws {
        try await tell(try await find("css selector", selector), "value", ["text": .string(text)])
    }

    /// Warnings and errors on the console since the last time, violations of the page's policy among them.
    func complaints() async throws -> [String] {
        let lines = try await ask("/se/log", ["type": "browser"]).array ?? []
        return lines.filter { ["SEVERE", "WARNING"].contains($0["level"]?.string) }
            .compactMap { $0["message"]?.string }
    }

    private func button(_ name: String) async throws -> String {
        try await find(
            "xpath",
            "//button[starts-with(normalize-space(), '\(name)')][not(ancestor-or-self::*[@hidden])]"
        )
    }

    private func find(_ strategy: String, _ value: String) async throws -> String {
        let found = try await ask("/element", ["using": .string(strategy), "value": .string(value)])
        return try #require(found.object?.values.first?.string)
    }

    private func tell(_ element: String, _ action: String, _ body: JSON) async throws {
        _ = try await ask("/element/\(element)/\(action)", body)
    }

    private func ask(_ path: String, _ body: JSON) async throws -> JSON {
        try await Self.send("POST", session + path, body)
    }

    private static func send(_ method: String, _ url: String, _ body: JSON? = nil) async throws -> JSON {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        if let body { request.body = .bytes(ByteBuffer(bytes: body.bytes)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = Array(buffer: try await response.body.collect(upTo: 8 << 20))
        let value = try JSON(parsing: bytes)["value"] ?? .null
        guard response.status == .ok else {
            throw BrowserError(message: value["message"]?.string ?? "\(response.status)")
        }
        return value
    }
}

/// What the driver refuses, such as a click on what is not there.
struct BrowserError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
