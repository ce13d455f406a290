import AsyncHTTPClient
import Catalog
import NIOCore
import NIOHTTP1
import Testing

@testable import Administration

@Suite struct DashboardEndpointsTests {
    private static func get(_ path: String, _ site: APISite, tag: String? = nil) async throws -> (
        status: Int, headers: HTTPHeaders, text: String
    ) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(site.port)\(path)")
        if let tag { request.headers.add(name: "If-None-Match", value: tag) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), response.headers, String(buffer: body))
    }

    @Test(
        "the page and each file that it or a script names are served, without a token, under a policy that lets in nothing else"
    )
    func files() async throws {
        try await APISite.with { site in
            var wanted: Set<String> = ["/"]
            var seen: Set<String> = []
            while let path = wanted.subtracting(seen).first {
                seen.insert(path)
                let file = try await Self.get(path, site)
                #expect(file.status == 200, "\(path)")
                let policy = file.headers.first(name: "Content-Security-Policy") ?? ""
                for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
                    #expect(policy.contains(part))
                }
                #expect(!policy.contains("unsafe"))
                #expect(file.headers.first(name: "X-Content-Type-Options") == "nosniff")
                #expect(file.headers.first(name: "Referrer-Policy") == "no-referrer")
                for match in file.text.matches(of: /(?:href|src)="(dashboard\/[^"]+)"/) { wanted.insert("/\(match.1)") }
                for match in file.text.matches(of: /from "\.\/([^"]+)"/) { wanted.insert("/dashboard/\(match.1)") }
            }
            #expect(seen.filter { $0.hasSuffix(".js") }.count > 10)
            for (end, type) in [(".js", "text/javascript"), (".css", "text/css"), (".svg", "image/svg+xml")] {
                let path = try #require(seen.first { $0.hasSuffix(end) })
                #expect(try await Self.get(path, site).headers.first(name: "Content-Type")?.hasPrefix(type) == true)
            }
            #expect(site.document["paths"]?["/"] == nil)
        }
    }

    @Test("nothing in the page is a script or a style, and nothing comes from elsewhere")
    func inline() async throws {
        try await APISite.with { site in
            let page = try await Self.get("/", site).text
            #expect(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick="))
            #expect(page.matches(of: /<script[^>]*>/).allSatisfy { $0.output.contains("src=") })
            #expect(!page.contains("http://") && !page.contains("https://"))
        }
    }

    @Test("a file that a browser has is not sent again")
    func tags() async throws {
        try await APISite.with { site in
            for path in ["/", "/dashboard/dashboard.js"] {
                let tag = try #require(try await Self.get(path, site).headers.first(name: "ETag"))
                for known in [tag, "W/\(tag)", "\"other\", \(tag)"] {
                    let again = try await Self.get(path, site, tag: known)
                    #expect(again.status == 304 && again.text.isEmpty)
                }
                #expect(try await Self.get(path, site, tag: "\"other\"").status == 200)
            }
        }
    }

    @Test("the page asks for a token only where there are tokens", arguments: [true, false])
    func asksForTokens(_ hasTokens: Bool) async throws {
        var setup = APISite.Setup()
        if !hasTokens { setup.tokens = [] }
        try await APISite.with(setup) { site in
            let page = try await Self.get("/", site).text
            #expect(page.contains("data-access=\"tokens\"") == hasTokens)
        }
    }
}
