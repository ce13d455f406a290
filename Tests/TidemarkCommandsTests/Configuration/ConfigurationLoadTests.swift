import Catalog
import EntitySources
import Ingestion
import Testing

@testable import TidemarkCommands

/// A wrong file, and every line that is printed about it.
struct WrongFile: Sendable, CustomTestStringConvertible {
    let name: String
    let yaml: String
    let problems: [String]

    init(_ name: String, _ yaml: String, _ problems: String...) {
        self.name = name
        self.yaml = yaml
        self.problems = problems
    }

    var testDescription: String { name }
}

/// Parses a file that stands at /etc/tidemark/t.yaml.
func parse(
    _ yaml: String,
    environment: [String: String] = [:],
    files: [String: String] = [:]
) throws(ConfigurationError) -> Configuration {
    struct Missing: Error {}
    return try Configuration.parse(yaml, file: "/etc/tidemark/t.yaml", environment: environment) { path in
        guard let text = files[path] else { throw Missing() }
        return text
    }
}

/// What is printed about a wrong file, the file's name cut off.
func problems(_ yaml: String, environment: [String: String] = [:]) -> [String] {
    do {
        _ = try parse(yaml, environment: environment)
        return []
    } catch {
        return error.problems.map { $0.text(file: "") }
    }
}

@Suite struct ConfigurationLoadTests {
    static let wrong: [WrongFile] = [
        WrongFile(
            "a misspelt key, far down",
            """
            providers:
              github:
                source:
                  http:
                    ulr: https://example.com
            """,
            ":5:9: providers.github.source.http.ulr: unknown key `ulr`\n    did you mean `url`?"
        ),
        WrongFile(
            "a key that resembles none",
            "providers: {a: {source: {exec: {command: [a]}}}}\ncolour: red\n",
            """
            :2:1: colour: unknown key `colour`
                known here: consumer, dataDirectory, http, log, providers, redis, stream, tracing, worker
            """
        ),
        WrongFile(
            "a snake-cased key",
            "providers:\n  a:\n    burst_length: 3s\n    source: {exec: {command: [a]}}\n",
            ":3:5: providers.a.burst_length: unknown key `burst_length`\n    did you mean `burstLength`?"
        ),
        WrongFile(
            "a duration without a unit",
            "providers:\n  a:\n    burstLength: 3\n    source: {exec: {command: [a]}}\n",
            """
            :3:18: providers.a.burstLength: must be a duration such as 500ms, 3s, 5m, 2h or 1d, found `3`
                give it a unit: `3s`
            """
        ),
        WrongFile(
            "a wrong item of a list",
            "providers:\n  a:\n    backoff: [5s, soon, 10m]\n    source: {exec: {command: [a]}}\n",
            """
            :3:19: providers.a.backoff[1]: must be a duration such as 500ms, 3s, 5m, 2h or 1d, found the text `soon`
            """
        ),
        WrongFile(
            "wrong types and ranges, all of them",
            """
            redis: {lanes: 0}
            worker: [1]
            log: {level: inof}
            providers:
              a:
                concurrency: many
                rejectRemovalsAbovePercentage: 101
                rejectEmptySourceCollections: yes
                publish: changes
                maxAttempts: 1.5
                locationKey: 007
                source: {exec: {command: [a]}}
            """,
            ":1:16: redis.lanes: must be a whole number from 1 to 1024, found `0`",
            ":2:9: worker: must be a mapping, found a list\n    write `concurrency: …` below it",
            """
            :3:14: log.level: must be one of trace, debug, info, notice, warning, error, critical, found the text `inof`
                did you mean `info`?
            """,
            ":6:18: providers.a.concurrency: must be a whole number from 1 to 1000, found the text `many`",
            ":7:36: providers.a.rejectRemovalsAbovePercentage: must be a number from 0 to 100, found `101`",
            ":8:35: providers.a.rejectEmptySourceCollections: must be `true` or `false`, found the text `yes`",
            """
            :9:14: providers.a.publish: must be one of changed, all, found the text `changes`
                did you mean `changed`?
            """,
            ":10:18: providers.a.maxAttempts: must be a whole number from 1 to 1000000, found `1.5`",
            ":11:18: providers.a.locationKey: must be a text, found `007`\n    quote it: \"007\""
        ),
        WrongFile(
            "no providers at all",
            "redis: {lanes: 2}\n",
            ":1:1: the key `providers` is missing"
        ),
        WrongFile(
            "providers that are none",
            "providers:\n",
            ":1:1: `providers` names no provider\n    add one: its name, and `source` below it"
        ),
        WrongFile(
            "an empty file",
            "",
            ":1:1: the key `providers` is missing"
        ),
        WrongFile(
            "no source",
            "providers:\n  a:\n    restLength: 1d\n",
            ":3:5: providers.a: the key `source` is missing"
        ),
        WrongFile(
            "a name that no key of Redis can hold",
            "providers:\n  my provider:\n    source: {exec: {command: [a]}}\n",
            """
            :2:3: providers."my provider": `my provider` cannot name a provider
                use 1 to 63 letters, digits, `.`, `_` and `-`, beginning with a letter or digit
            """
        ),
        WrongFile(
            "two sources",
            "providers:\n  a:\n    source:\n      exec: {command: [a]}\n      http: {url: http://b}\n",
            ":5:7: providers.a.source.http: `http` cannot stand beside `exec`\n    keep one of them"
        ),
        WrongFile(
            "a source that does not exist",
            "providers:\n  a:\n    source: {https: {url: http://b}}\n",
            ":3:14: providers.a.source.https: unknown key `https`\n    did you mean `http`?"
        ),
        WrongFile(
            "a source that is a word",
            "providers:\n  a:\n    source: exec\n",
            ":3:13: providers.a.source: needs one of http, graphql, github, exec, ldap, found the text `exec`\n    did you mean `exec`?"
        ),
        WrongFile(
            "URLs",
            """
            providers:
              a: {source: {http: {url: example.com/x}}}
              b: {source: {http: {url: "ftp://example.com/x"}}}
              c: {source: {http: {url: "https:///x"}}}
              d: {source: {http: {url: "https://me:secret@example.com"}}}
            """,
            """
            :2:28: providers.a.source.http.url: the URL has no scheme
                write it as https://host/path
            """,
            """
            :3:28: providers.b.source.http.url: the scheme `ftp` is not known here
                use https or http
            """,
            """
            :4:28: providers.c.source.http.url: the URL has no host
                write it as https://host/path
            """,
            """
            :5:28: providers.d.source.http.url: the URL holds a user or password
                give them under `auth` instead
            """
        ),
        WrongFile(
            "a certificate without its key",
            "redis:\n  tls: {certificate: c.pem}\nproviders: {a: {source: {exec: {command: [a]}}}}\n",
            ":2:8: redis.tls: `certificate` and `key` go together\n    give both, or neither"
        ),
        WrongFile(
            "a command that is a text",
            "providers: {a: {source: {exec: {command: ./list --all}}}}\n",
            ":1:42: providers.a.source.exec.command: must be a list\n    write `[./list, --all]`"
        ),
        WrongFile(
            "a variable that is not set, in two places",
            "redis: {url: $" + "{REDIS_URL}}\nproviders:\n  a: {source: {http: {url: http://b, auth: {bearer: $"
                + "{TOKEN}}}}}\n",
            """
            :1:14: redis.url: the environment variable REDIS_URL is not set
                export REDIS_URL=…, or write $${REDIS_URL} for a literal ${REDIS_URL}
            """,
            """
            :3:53: providers.a.source.http.auth.bearer: the environment variable TOKEN is not set
                export TOKEN=…, or write $${TOKEN} for a literal ${TOKEN}
            """
        ),
        WrongFile(
            "a variable with a default",
            "redis: {url: \"${REDIS_URL:-redis://x}\"}\nproviders: {a: {source: {exec: {command: [a]}}}}\n",
            """
            :1:14: redis.url: `${REDIS_URL:-redis://x}` is not a variable
                write ${NAME} with letters, digits and _, or $${ for a literal ${
            """
        ),
        WrongFile(
            "a secret's file that is not there",
            "providers: {a: {source: {http: {url: http://b, auth: {bearer: file:token}}}}}\n",
            """
            :1:63: providers.a.source.http.auth.bearer: cannot read the secret from /etc/tidemark/token
                check that it exists and that this user may read it
            """
        ),
        WrongFile(
            "not YAML: a tab",
            "redis:\n\turl: x\n",
            """
            :2:1: not YAML: found character that cannot start any token
                indent with spaces, and quote a text that starts so
            """
        ),
        WrongFile(
            "a key twice",
            "log: {level: info}\nlog: {level: debug}\n",
            ":1:1: `log` is given more than once in one mapping\n    the first is here: keep one of them"
        ),
        WrongFile(
            "jq's template in double quotes",
            "providers: {a: {source: {http: {url: \"http://b?c=\\(.cursor)\"}}}}\n",
            """
            :1:50: not YAML: while parsing a quoted scalar that starts at 1:38: found unknown escape character
                use single quotes, or none: jq's `\\(…)` is not for "…"
            """
        ),
    ]

    @Test("Wrong files, each with every problem, its place and the mend", arguments: wrong)
    func wrongFile(_ file: WrongFile) {
        #expect(problems(file.yaml) == file.problems)
    }

    @Test func theFileIsNamedAtEachProblem() {
        #expect {
            try parse("providers: 3\nx: 1")
        } throws: { error in
            "\(error)".split(separator: "\n").filter { !$0.hasPrefix(" ") }.allSatisfy {
                $0.hasPrefix("/etc/tidemark/t.yaml:")
            }
        }
    }

    @Test func aMissingFileSaysHowToNameOne() {
        #expect {
            try Configuration.load(file: "/nowhere/t.yaml", environment: [:])
        } throws: { error in
            "\(error)" == """
                /nowhere/t.yaml:1:1: there is no such file
                    name the configuration with --config FILE or TIDEMARK_CONFIG
                """
        }
    }

    @Test func theExampleOfTheDesignIsRead() throws {
        let configuration = try parse(
            #"""
            redis:
              url: redis://127.0.0.1:6379        # none: a private redis-server is started beside the process
            providers:
              github-repositories:
                burstLength: 3s
                burstInterval: 3s
                restLength: 1d
                backoff: [5s, 30s, 10m, 3h]
                rejectRemovalsAbovePercentage: 5
                source:
                  http:
                    url: https://api.example.com/repositories
                    query: { per_page: 100 }
                    auth: { bearer: ${API_TOKEN} }
                    pagination: { linkHeader: {} }   # or cursor, nextURL, page, offset, none
                    records: .items[]
                    entity: |
                      { apiVersion: "backstage.io/v1alpha1", kind: "Component",
                        metadata: { name: .name, annotations: { "github.com/project-slug": .full_name } },
                        spec: { type: "service", lifecycle: "production", owner: .owner.login } }
            """#,
            environment: ["API_TOKEN": "t0ken"]
        )

        #expect(configuration.redis.url?.value.value == "redis://127.0.0.1:6379")
        #expect(configuration.warnings.isEmpty)
        let section = try #require(configuration.providers.first)
        guard case .http(let http) = try #require(section.source?.value) else {
            Issue.record("not an http source")
            return
        }
        #expect(http.url == "https://api.example.com/repositories")
        #expect(http.query == ["per_page": 100])
        #expect(http.authentication == .bearer("t0ken"))
        #expect(http.pagination == .linkHeader(relation: "next"))
        #expect(http.records == ".items[]")
        #expect(http.entity?.hasPrefix("{ apiVersion") == true)

        let provider = section.provider(source: NoSource())
        #expect(provider.name == "github-repositories")
        #expect(provider.backoff == [.seconds(5), .seconds(30), .seconds(600), .seconds(10_800)])
        #expect(provider.rejectRemovalsAbovePercentage == 5)
        #expect(provider.pageTimeout == .seconds(60))
    }
}

/// A source that has nothing.
struct NoSource: EntitySource {
    func withClient(_ burst: (()) async throws -> Void) async throws { try await burst(()) }
    func page(at cursor: JSON?, using client: Void) async throws -> Page { Page(entities: []) }
}
