/// Makes packages of the shape that a Debian index has, the same ones every time.
struct PackageGenerator {
    private var state: UInt64 = 0x7469_6465_6d61_726b

    private static let subjects = [
        "audio", "binary", "cache", "config", "crypto", "data", "email", "event", "font", "graph", "http", "image",
        "index",
        "json", "kernel", "logic", "matrix", "model", "music", "network", "parser", "query", "render", "robot",
        "schema",
        "search", "signal", "socket", "stream", "table", "terminal", "text", "time", "token", "vector", "video",
        "widget",
    ]
    private static let forms = ["", "-dev", "-doc", "-common", "-utils", "-data", "-dbg", "++-dev"]
    private static let sections = [
        "libs", "libdevel", "python", "doc", "perl", "devel", "utils", "net", "science", "admin",
    ]
    private static let tags = [
        "role::program", "role::shared-lib", "devel::library", "implemented-in::c", "interface::commandline",
    ]

    /// The package of this number, below 100 million. Its dependencies have lower numbers, so they exist.
    mutating func paragraph(_ number: Int) -> DebianParagraph {
        let name = Self.name(number)
        let team = pick(2_000)
        let depends = (0..<min(number, pick(9))).map { _ in "\(Self.name(pick(number))) (>= \(1 + pick(9)).\(pick(20)))"
        }
        let subject = Self.subjects[number % Self.subjects.count]
        return [
            .package: name,
            .version: "\(1 + pick(9)).\(pick(30)).\(pick(12))-\(1 + pick(6))",
            .architecture: pick(2) == 0 ? "all" : "amd64",
            .section: Self.sections[pick(Self.sections.count)],
            .priority: "optional",
            .maintainer: "Team \(team) <team\(team % 7 == 0 ? "+" : "-")\(team)@packages.example.org>",
            .homepage: "https://\(subject).example.org/projects/\(name)",
            .installedSize: "\(16 + pick(60_000))",
            .depends: depends.joined(separator: ", "),
            .tag: (0..<pick(4)).map { _ in Self.tags[pick(Self.tags.count)] }.joined(separator: ", "),
            .description: "\(subject) library and tools, generated package number \(number) of the demonstration",
        ]
    }

    /// Some names hold plus signs, and one in 2,000 is too long for a catalog: real lists have both.
    private static func name(_ number: Int) -> String {
        let subject = subjects[number % subjects.count]
        let other = subjects[(number / subjects.count) % subjects.count]
        let long = number % 2_000 == 1_999 ? "-" + subjects[..<8].joined(separator: "-") : ""
        return "lib\(subject)-\(other)\(long)\(number)\(forms[number % forms.count])"
    }

    /// A number below `bound`, by SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private mutating func pick(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return bound > 0 ? Int(mixed % UInt64(bound)) : 0
    }
}
