import Testing

@testable import EntitySources

@Suite struct LeadingPathTests {
    @Test(
        arguments: [
            (".", []), (".[]", []), (" . ", []), (".items", [.key("items")]), (".items[]", [.key("items")]),
            (".data.items[] | select(.a)", [.key("data"), .key("items")]), (".a|map(.b)", [.key("a")]),
            (#"."a b"[]"#, [.key("a b")]), (#".["a b"].c[]"#, [.key("a b"), .key("c")]),
            (".a[0].b[ ]", [.key("a"), .index(0), .key("b")]),
            (".items[]?", [.key("items")]), (".items?[]", [.key("items")]), (".[0][]", [.index(0)]), (". | .a", []),
            (".a\n  | .[]", [.key("a")]), (#".a["b"][] | .c"#, [.key("a"), .key("b")]),
        ] as [(String, [LeadingPath.Step])]
    )
    func known(_ expression: String, _ steps: [LeadingPath.Step]) {
        #expect(LeadingPath(expression)?.steps == steps)
    }

    @Test(arguments: [
        "(.a // [])[]", ".a // []", "map(.a)", "[.a[]]", ".a, .b", ".a + .b", ".a as $x | .b", ".a[1:][]", "..", "$x",
        "\"s\"", ".a[-1][]",
        #".["\(1)"]"#, "empty", "", ".a |= 1", "if .a then .b else .c end", ".a.[0]b", #"."a\n"[]"#,
    ])
    func unknown(_ expression: String) {
        #expect(LeadingPath(expression) == nil)
    }
}
