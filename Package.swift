// swift-tools-version: 6.2
import PackageDescription

// Fuzzing instruments what is ours, and is built apart from everything else: deploy/fuzz.
let isFuzzing = Context.environment["TIDEMARK_FUZZ"] != nil

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

extension Target.Dependency {
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioConcurrency = product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioCompression = product(name: "NIOHTTPCompression", package: "swift-nio-extras")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let metricsTestKit = product(name: "MetricsTestKit", package: "swift-metrics")
    static let tracing = product(name: "Tracing", package: "swift-distributed-tracing")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let lifecycleTestKit = product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let httpTypesNIO = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let yams = product(name: "Yams", package: "Yams")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let grdbSQLite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let systemPackage = product(name: "SystemPackage", package: "swift-system")
    static let jwtKit = product(name: "JWTKit", package: "jwt-kit")
}

let package = Package(
    name: "tidemark",
    products: [
        .executable(name: "tidemark", targets: ["tidemark"]),
        .library(name: "Ingestion", targets: ["Catalog", "Ingestion"]),
        .library(name: "CatalogConsumer", targets: ["CatalogConsumer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // The C libraries as Swift sees them. hiredis ships a .pc file that SwiftPM refuses: no `pkgConfig:`.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CJQ", providers: [.apt(["libjq-dev"])]),
        .systemLibrary(name: "CLDAP", providers: [.apt(["libldap-dev"])]),
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .target(name: "CSimdjson", cxxSettings: [.define("NDEBUG")], linkerSettings: [.linkedLibrary("simdjson")]),

        .target(
            name: "Redis",
            dependencies: [
                "CHiredis", .nioCore, .nioPosix, .nioTLS, .nioSSL, .nioConcurrency, .logging, .lifecycle, .subprocess,
                .systemPackage,
            ],
            swiftSettings: settings
        ),
        .target(name: "Catalog", dependencies: ["CSimdjson", "CXXHash"], swiftSettings: settings),
        .target(
            name: "Ingestion",
            dependencies: ["Catalog", "Redis", .logging, .lifecycle, .metrics, .tracing],
            resources: [.embedInCode("Lua")],
            swiftSettings: settings
        ),
        .target(
            name: "EntitySources",
            dependencies: [
                "Catalog", "CJQ", "CLDAP", "Ingestion", .asyncHTTPClient, .jwtKit, .nioCore, .nioPosix, .nioHTTP1,
                .nioCompression, .logging, .subprocess, .systemPackage, .tracing,
            ],
            resources: [.embedInCode("GitHub/Presets")],
            swiftSettings: settings
        ),
        .target(
            name: "CatalogConsumer",
            dependencies: ["Catalog", "Redis", .grdb, .grdbSQLite, .logging, .lifecycle, .tracing],
            resources: [.embedInCode("Lua")],
            swiftSettings: settings
        ),
        .target(
            name: "DemoSource",
            dependencies: ["Catalog", .hummingbird, .httpTypes, .nioCore, .logging, .lifecycle, .subprocess],
            swiftSettings: settings
        ),
        .target(
            name: "Administration",
            dependencies: [
                "Catalog", "EntitySources", "Ingestion", "Redis", .asyncHTTPClient, .crypto, .hummingbird,
                .hummingbirdCore, .httpTypes, .httpTypesNIO, .nioCore, .nioHTTP1, .logging, .lifecycle, .metrics,
                .tracing,
            ],
            resources: [.embedInCode("Dashboard/Page")],
            swiftSettings: settings
        ),
        .target(
            name: "TidemarkCommands",
            dependencies: [
                "Administration", "Catalog", "CatalogConsumer", "DemoSource", "EntitySources", "Ingestion", "Redis",
                .httpTypes, .argumentParser,
                .lifecycle, .logging, .tracing, .unixSignals, .yams,
            ],
            // A link to deploy/examples: what the demo runs is the file that users copy.
            resources: [.embedInCode("Demo/debian-packages.yaml")],
            swiftSettings: settings
        ),
        .executableTarget(name: "tidemark", dependencies: ["TidemarkCommands"], swiftSettings: settings),

        // Parts that tests share; each test target mirrors a target of Sources, but for those named by behaviour.
        .target(
            name: "TestSupport",
            dependencies: [
                "Catalog", "Ingestion", "Redis", .jwtKit, .nioCore, .nioPosix, .nioHTTP1, .logging, .lifecycle,
                .metrics, .subprocess, .systemPackage, .tracing,
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        // One sub-command for each row of what is to be reached; see deploy/benchmark.
        .target(
            name: "CommitClient",
            dependencies: ["CHiredis"],
            path: "Tests/Benchmarks/CommitClient",
            linkerSettings: [.linkedLibrary("hiredis")]
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Administration", "Catalog", "CatalogConsumer", "CommitClient", "EntitySources", "Ingestion", "Redis",
                "TestSupport", .argumentParser, .lifecycle, .unixSignals,
                .logging, .nioCore, .nioHTTP1, .nioPosix, .subprocess, .systemPackage,
            ],
            path: "Tests/Benchmarks",
            exclude: ["CommitClient", "HTTP/baseline.py", "HTTP/requirements.txt"],
            swiftSettings: settings
        ),
        // Everything dies at random for some minutes, and nothing is lost; see deploy/chaos.
        .executableTarget(
            name: "Chaos",
            dependencies: [
                "Catalog", "CatalogConsumer", "Ingestion", "Redis", "TestSupport", .argumentParser, .logging,
                .subprocess, .systemPackage,
            ],
            path: "Tests/Chaos",
            swiftSettings: settings
        ),
        // The next build, for tests that have two of them side by side.
        .executableTarget(
            name: "NextBuild",
            dependencies: ["Catalog", "TidemarkCommands"],
            path: "Tests/NextBuild",
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisTests",
            dependencies: ["CHiredis", "Redis", "TestSupport", .nioCore, .nioPosix, .subprocess, .systemPackage],
            swiftSettings: settings
        ),
        .testTarget(name: "CatalogTests", dependencies: ["Catalog"], swiftSettings: settings),
        .testTarget(
            name: "IngestionTests",
            dependencies: [
                "Catalog", "Ingestion", "Redis", "TestSupport", .lifecycleTestKit, .logging, .metrics, .metricsTestKit,
                .tracing,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EntitySourcesTests",
            dependencies: [
                "Catalog", "EntitySources", "Ingestion", "TestSupport", .jwtKit, .logging, .nioCore, .nioHTTP1,
                .tracing,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CatalogConsumerTests",
            dependencies: ["Catalog", "CatalogConsumer", "Redis", "TestSupport", .grdb, .logging, .tracing],
            swiftSettings: settings
        ),
        // The whole protocol against a model of it, step by random step.
        .testTarget(
            name: "ModelTests",
            dependencies: ["Catalog", "CatalogConsumer", "Ingestion", "Redis", "TestSupport"],
            resources: [.embedInCode("Lua")],
            // Its walks compute more than they wait for Redis.
            swiftSettings: settings + [.unsafeFlags(["-O"])]
        ),
        .testTarget(
            name: "AdministrationTests",
            dependencies: [
                "Administration", "Catalog", "EntitySources", "Ingestion", "Redis", "TestSupport", .asyncHTTPClient,
                .crypto, .httpTypes, .lifecycle, .lifecycleTestKit, .logging, .metrics, .nioCore, .nioHTTP1, .nioPosix,
                .tracing,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DemoSourceTests",
            dependencies: [
                "Catalog", "DemoSource", "EntitySources", "Ingestion", "TidemarkCommands", .asyncHTTPClient, .nioCore,
                .nioHTTP1, .logging, .subprocess,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TidemarkCommandsTests",
            dependencies: [
                "Catalog", "CatalogConsumer", "DemoSource", "EntitySources", "Ingestion", "Redis", "TestSupport",
                "Administration", "TidemarkCommands", "tidemark", .argumentParser, .grdb, .httpTypes, .logging,
                .subprocess,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Catalog", "CatalogConsumer", "DemoSource", "EntitySources", "Ingestion", "NextBuild", "Redis",
                "TestSupport", "tidemark", .asyncHTTPClient, .grdb, .logging, .nioCore, .nioHTTP1, .subprocess,
                .systemPackage,
            ],
            swiftSettings: settings
        ),
        // What is in deploy, against the programs that read it and against Tidemark itself.
        .testTarget(
            name: "DeploymentTests",
            dependencies: [
                "Catalog", "CatalogConsumer", "Ingestion", "Redis", "TestSupport", "tidemark", .asyncHTTPClient,
                .nioCore, .nioHTTP1, .subprocess, .systemPackage,
            ],
            swiftSettings: settings
        ),
    ],
    cxxLanguageStandard: .cxx17
)

if isFuzzing {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: ["CLibFuzzer", "Catalog", "EntitySources", "Ingestion", "Redis", "TidemarkCommands"],
            path: "Tests/Fuzz",
            exclude: ["CLibFuzzer", "Seeds"],
            swiftSettings: settings,
            // gold gives up on the instrumented code's debug information.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
        ),
    ]
}
