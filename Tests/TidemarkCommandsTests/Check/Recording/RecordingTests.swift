import Catalog
import Foundation
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite("check --record and --replay") struct RecordingTests {
    private static let keys = [
        "auth: { bearer: \"${TOKEN}\" }", "headers: { X-Tenant: \"${TENANT}\" }",
        "pagination: { cursor: { next: .next, parameter: after } }", "records: .items[]",
    ]
    private static let entity =
        #"entity: '{ apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: { name: .name }, spec: {} }'"#
    private static let secrets = ["TOKEN": "t0ken-secret", "TENANT": "tenant-secret"]

    /// Three pages of one record.
    @Sendable private static func respond(to request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        let page = Int(request.query("after").first ?? "") ?? 1
        return .json(
            #"{"items":[{"name":"item-\#(page)","echo":"Bearer t0ken-secret"}],"next":\#(page < 3 ? "\(page + 1)" : "null")}"#,
            headers: [("Set-Cookie", "session=abc"), ("X-Echo", "tenant-secret"), ("X-Page", "\(page)")]
        )
    }

    private func configure(_ check: CheckRun, _ url: String, entity: String = entity) throws {
        let lines = (["url: \(url)/items"] + Self.keys + [entity]).map { "        \($0)\n" }.joined()
        try check.write("providers:\n  a:\n    source:\n      http:\n\(lines)")
    }

    private func files(_ folder: String) throws -> [String: String] {
        var texts: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            texts[name] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        }
        return texts
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("A recording is read without the source, without Redis and without secrets, and maps as the source did")
    func replay() async throws {
        try await withCheck { check in
            let folder = check.directory + "/kept"
            try await HTTPTestServer.with(Self.respond) { server in
                try configure(check, server.url)
                let live = await check("--pages", "2", "--record", folder, environment: Self.secrets)
                #expect(live.status == 0, "\(live.errors)")
                #expect(
                    live.output.contains(
                        "Recorded 2 answers in kept. Try a mapping on them: tidemark check a --replay kept"
                    )
                )
                let (asked, connections) = (server.requests.count, server.connections)

                let replayed = await check("a", "--replay", folder, "--json")
                #expect(replayed.status == 0, "\(replayed.output)\(replayed.errors)")
                let json = try JSON(parsing: replayed.output)
                #expect(json["redis"] == nil)
                #expect(json["replayed"]?["pages"] == 2)
                let pages = try #require(json["providers"]?[0]?["pages"]?.array)
                #expect(pages.map { $0["shown"]?[0]?["metadata"]?["name"] } == ["item-1", "item-2"])
                #expect(pages[1]["next"] == [["cursor": 3]])
                #expect(pages[1]["requests"]?[0]?["details"]?.array?.contains("Authorization: ***") == true)

                // The mapping is what is worked on.
                try configure(
                    check,
                    server.url,
                    entity: Self.entity.replacing("name: .name", with: "name: (.name + \"-x\")")
                )
                let changed = await check("--replay", folder)
                #expect(changed.status == 0)
                #expect(changed.output.contains("Replaying kept, recorded "))
                #expect(changed.output.contains("name: item-2-x\n"))
                #expect((server.requests.count, server.connections) == (asked, connections))
            }
            // The source is gone, and so is Redis.
            let yaml = try String(contentsOfFile: check.directory + "/t.yaml", encoding: .utf8)
            try check.write("redis: {url: \"${REDIS_URL}\"}\n" + yaml)
            #expect(await check("--replay", folder).status == 0)
        }
    }

    @Test("What is kept is readable, private and without secrets")
    func whatIsKept() async throws {
        try await withCheck { check in
            let folder = check.directory + "/deep/kept"
            try await HTTPTestServer.with(Self.respond) { server in
                try configure(check, server.url)
                _ = await check("--pages", "2", "--record", folder, environment: Self.secrets)
                let files = try files(folder)
                #expect(
                    files.keys.sorted() == [
                        "001-answer.json", "001-request.json", "002-answer.json", "002-request.json", "recording.json",
                    ]
                )
                #expect(files["002-answer.json"] == #"{"items":[{"name":"item-2","echo":"Bearer ***"}],"next":3}"#)
                let request = try JSON(parsing: #require(files["002-request.json"]))
                #expect(request["cursor"] == ["cursor": 2])
                #expect(request["page"] == 2)
                #expect(request["request"]?["summary"] == .string("GET \(server.url)/items?after=2"))
                #expect(request["answer"]?["status"] == 200)
                #expect(request["answer"]?["headers"]?.array?.contains("X-Page: 2") == true)
                #expect(request["answer"]?["headers"]?.array?.contains("X-Echo: ***") == true)
                let all = files.values.joined()
                #expect(!all.contains("secret\"") && !all.contains("-secret") && !all.contains("session=abc"))
                for file in files.keys { #expect(try mode("\(folder)/\(file)") == 0o600) }
                #expect(try mode(folder) == 0o700)
            }
        }
    }

    @Test("A recording is replaced by one of the same provider, and by nothing else; and not before there is an answer")
    func overwriting() async throws {
        try await withCheck { check in
            let folder = check.directory + "/kept"
            let record = ["--record", folder]
            try await HTTPTestServer.with(Self.respond) { server in
                try configure(check, server.url)
                _ = await check("--pages", "3", record[0], record[1], environment: Self.secrets)
                try "mine".write(toFile: folder + "/notes.txt", atomically: true, encoding: .utf8)
                _ = await check("--pages", "1", record[0], record[1], environment: Self.secrets)
                let names = ["001-answer.json", "001-request.json", "notes.txt", "recording.json"]
                #expect(try files(folder).keys.sorted() == names)

                let yaml = try String(contentsOfFile: check.directory + "/t.yaml", encoding: .utf8)
                try check.write(yaml.replacing("  a:\n", with: "  b:\n"))
                let other = await check(record[0], record[1], environment: Self.secrets)
                #expect(other.status == 4)
                #expect(other.errors.contains("the folder has the recording of another provider, `a`"))
                #expect(await check("--replay", folder).status == 3)
                #expect(
                    await check("b", "--replay", folder).errors.contains("the recording is of another provider, `a`")
                )
                try check.write(yaml)
            }
            try configure(check, "http://127.0.0.1:1")
            let before = try files(folder)
            let failed = await check(record[0], record[1], environment: Self.secrets)
            #expect(failed.status == 1)
            #expect(failed.output.contains("Nothing was recorded in kept: there was no answer."))
            #expect(try files(folder) == before)

            try FileManager.default.removeItem(atPath: folder + "/recording.json")
            let foreign = await check(record[0], record[1], environment: Self.secrets)
            #expect(foreign.status == 1)
            #expect(foreign.errors.contains("the folder is not a recording of `tidemark check`"))
        }
    }

    @Test("A request that was not recorded is an error that says which, and what there is")
    func notRecorded() async throws {
        try await withCheck { check in
            let folder = check.directory + "/kept"
            try await HTTPTestServer.with(Self.respond) { server in
                try configure(check, server.url)
                _ = await check("--pages", "2", "--record", folder, environment: Self.secrets)
                let yaml = try String(contentsOfFile: check.directory + "/t.yaml", encoding: .utf8)
                try check.write(yaml.replacing("parameter: after", with: "parameter: from"))
                let (status, output, _) = await check("--replay", folder)
                #expect(status == 1)
                #expect(output.contains("1 page, 1 entity, page 2 cannot be read"))
                #expect(
                    output.contains(
                        "t.yaml:5:9: providers.a.source.http: kept has no answer to GET \(server.url)/items?from=2; "
                            + "it has answers to GET \(server.url)/items, GET \(server.url)/items?after=2"
                    ),
                    "\(output)"
                )
                #expect(output.contains("record again with `tidemark check a --pages 2 --record kept`"))
            }
        }
    }

    @Test func aFailureIsKeptAsWell() async throws {
        try await withCheck { check in
            let folder = check.directory + "/kept"
            try await HTTPTestServer.with { _ in
                .json(#"{"message":"later"}"#, status: 503)
            } _: { server in
                try configure(check, server.url)
                _ = await check("--record", folder, environment: Self.secrets)
            }
            let (status, output, _) = await check("--replay", folder)
            #expect(status == 1)
            #expect(output.contains("unavailable: GET"))
            #expect(output.contains("503"))
        }
    }

    @Test func aProgramIsRecordedAndNotRunAgain() async throws {
        try await withCheck { check in
            let folder = check.directory + "/kept"
            let answer = #"{\"entities\":[{\"kind\":\"API\"}],\"next\":[]}"#
            func yaml(_ program: String) -> String {
                "providers: {a: {source: {exec: {command: [\(program)], environment: {TOKEN: '${TOKEN}'}}}}}\n"
            }
            try check.write(yaml(#"sh, -c, 'read line; echo "\#(answer)"; echo >>\#(check.directory)/runs'"#))
            _ = await check("--record", folder, environment: Self.secrets)
            #expect(try files(folder)["001-answer.json"] == answer.replacing("\\", with: ""))
            try check.write(yaml("/nowhere/program"))
            let (_, output, _) = await check("--replay", folder)
            #expect(output.contains("rejected  1\n"))
            #expect(output.contains(#"{"kind":"API"}"#))
            #expect(try String(contentsOfFile: check.directory + "/runs", encoding: .utf8) == "\n")
        }
    }

    @Test(
        "What is no recording, or a spoilt one, is named",
        arguments: [
            (nil, 3, "there is no recording"), ("recording.json", 1, "the file is not JSON"),
            ("001-request.json", 1, "the file is not JSON"), ("001-answer.json", 1, "invalid-page"),
        ]
    )
    func spoilt(_ file: String?, _ status: Int32, _ message: String) async throws {
        try await withCheck { check in
            let folder = check.directory + "/kept"
            try configure(check, "http://127.0.0.1:1")
            if let file {
                try await HTTPTestServer.with(Self.respond) { server in
                    try configure(check, server.url)
                    _ = await check("--record", folder, environment: Self.secrets)
                }
                try "{".write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
            }
            let result = await check("a", "--replay", folder)
            #expect(result.status == status)
            #expect((result.output + result.errors).contains(message), "\(result.output)\(result.errors)")
        }
    }

    @Test func aRecordingIsOfOneProvider() async throws {
        try await withCheck { check in
            let source = "{source: {exec: {command: [a]}}}"
            try check.write("providers: {a: \(source), b: \(source)}\n")
            let (status, _, errors) = await check("--record", check.directory + "/kept")
            #expect(status == 2)
            #expect(errors.contains("name one of a, b"))
        }
    }

    @Test("Only secrets may be missing from the environment, and only in a replay")
    func onlySecretsMayBeMissing() async throws {
        try await withCheck { check in
            let folder = check.directory + "/kept"
            try await HTTPTestServer.with(Self.respond) { server in
                try configure(check, server.url)
                _ = await check("--record", folder, environment: Self.secrets)
                try configure(check, server.url, entity: "userAgent: \"${AGENT}\"\n        " + Self.entity)
            }
            let (status, _, errors) = await check("--replay", folder)
            #expect(status == 2)
            #expect(errors.contains("the environment variable AGENT is not set"))
            #expect(!errors.contains("TOKEN") && !errors.contains("TENANT"))
            #expect(await check().errors.contains("the environment variable TOKEN is not set"))
        }
    }

    @Test("A GitHub App's source is replayed without the App's key, with the requests that are an App's")
    func aGitHubApp() async throws {
        let keys = try await TestKeys()
        let github = GitHubImitation(
            GitHubOrganization(login: "acme", repositories: 3, users: 3, teams: 0),
            app: GitHubApp(id: "12", publicKey: keys.publicKey, installation: 34)
        )
        try await withCheck { check in
            let folder = check.directory + "/kept"
            for (source, key) in [("users, organization: acme", "${KEY}"), ("repositories", "file:app.pem")] {
                let file = check.directory + "/app.pem"
                try keys.pkcs1.write(toFile: file, atomically: true, encoding: .utf8)
                try await github.run { url in
                    let app = "{githubApp: {appID: 12, privateKey: '\(key)', installation: acme}}"
                    try check.write(
                        "providers: {a: {source: {github: {url: '\(url)', auth: \(app), entities: \(source)}}}}\n"
                    )
                    let live = await check("--record", folder, environment: ["KEY": keys.pkcs1])
                    #expect(live.status == 0, "\(live.output)\(live.errors)")
                    #expect(!(try files(folder)).values.contains { $0.contains("ghs_") })
                }
                try FileManager.default.removeItem(atPath: file)
                let replayed = await check("--replay", folder)
                #expect(replayed.status == 0, "\(replayed.output)\(replayed.errors)")
                #expect(replayed.output.contains("3 entities"), "\(replayed.output)")
            }
        }
    }
}
