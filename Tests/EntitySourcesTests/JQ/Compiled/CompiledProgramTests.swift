import Catalog
import Testing

@testable import EntitySources

/// What is evaluated without libjq gives what libjq gives, text for text.
@Suite struct CompiledProgramTests {
    static let inputs = [
        #"{"id":1,"name":"Ünïcode \"q\" \\ / \b\n\u0001","full_name":"org/name","owner":{"login":"me"},"private":false,"size":1.5}"#,
        #"{"a":1,"b":[1,2,{"c":null}],"items":[{"id":1,"name":"x","tags":["p","q"]},{"id":2,"name":null,"tags":[]}]}"#,
        #"{"a":null,"b":false,"name":"","items":[],"o":{},"tags":["b","a"],"owner":null}"#,
        #"{"a":{"b":{"c":"deep"}},"b":"text","items":{"x":1,"y":[2]},"name":"UPPER lower 123 ÄÖ","n":-3}"#,
        #"{"a":"s","a":"t","z":1,"b":2,"z":3}"#, #"[{"a":1},{"a":"x"},{"a":null},{}]"#, #"[3,1,2]"#, #"["a","b","ü"]"#,
        #"[1,null,"a",true,[2],{"b":3}]"#, "[]", "{}", "null", "true", "false", "0", "-1", "3.14", #""""#, #""text""#,
        #""a,b,,c""#,
        "[1e17,1e16,123456789012345678,0.1,1e-5,-0.0,1.0,100,1e300,9007199254740993,18446744073709551615,2.5e-8]",
        #"[{"name":"a","value":1},{"name":"b","value":2}]"#,
        #"{"name":"\u007f","a":"\ud83d\ude00x","b":"é","items":[[1],[2,[3]]]}"#,
        #"{"sha":"0123456789abcdef","a":[10,20,30,40],"name":"naïve café","b":[true,false],"items":["x",1,null]}"#,
    ]

    static let expressions =
        paths + construction + operators + control + functions + [
            // The mapping of design.md.
            """
            { apiVersion: "backstage.io/v1alpha1", kind: "Component",
              metadata: { name: .name, annotations: { "github.com/project-slug": .full_name } },
              spec: { type: "service", lifecycle: "production", owner: .owner.login } }
            """
        ]

    private static let paths = [
        ".", ".a", ".a.b", ".a.b.c", ".a?", ".a.b?", ".a?.b?", #".["a"]"#, #"."a""#, #".a."b""#, #".["a"]?"#, ".[]",
        ".[]?", ".a[]", ".a[]?",
        ".items[]", ".items[]?", ".items[].id", ".items[].tags[]", ".items[]?.name", ".[0]", ".[-1]", ".[10]", ".[0]?",
        ".[1.5]", ".b[0]",
        ".b[2].c", ".[\"a\",\"b\"]", ".[.b]", ".a[1:]", ".a[:2]", ".a[1:3]", ".a[-2:]", ".a[:-1]", ".a[2:1]",
        ".sha[0:7]", ".name[0:3]",
        ".name[-3:]", ".[1:]", ".[:1]", ".a[0:99]", ".a | .b", ".[] | .a?", ".[] | .a", ".a.b.c?", ". as $x | $x.a",
        ".items | .[0]", "(.a).b", ".a\n  # comment\n  .b", ".items[0].name", ".items[.a]", #".["a"]["b"]"#, ".[0][0]",
        ".[null]", ".[{}]",
    ]

    private static let construction = [
        "[]", "{}", "[.]", "[.[]?]", "[.a, .b]", "{a}", "{a, b}", "{a: 1}", "{a: .b, b: .a}", #"{"a b": .a}"#,
        #"{"a"}"#,
        "{(.name): 1}", "{(.a): .b}", "{a: (.b, .a)}", "{a: (1, 2), b: (3, 4)}", #"{("a", "b"): (3, 4)}"#,
        "{a: .b | .c?}", "{a: [.b[]?]}",
        "{a: {b: {c: .name}}}", ". as $x | {$x}", "{a: 1, a: 2}", "{if: 1, and: 2, not: 3}",
        "{true: 1, null: 2}", "{null}", "{a: 1,}", "[.items[]?.id]", "[.[]? | {a}]", "{a: (.a // 1)}", "{a: (.a?)}",
        "{a: .items[]?}",
        "[-1, -2.5]", "{a: (-1)}", "{a: \"x\\(.a)\"}", "{\"k\\(.a)\": 1}", "[[], {}, [[]]]", "{a: [], b: {}}",
        "{a: .owner.login, b: .owner}", "[{a: .[]?}]",
    ]

    private static let operators = [
        ".a + .b", ".a + 1", "1 + 2 + 3", #""a" + "b""#, ".a + null", "null + null", "[1] + [2]",
        "{a: 1} + {b: 2, a: 3}", ". + {z: 0}", ". + {a: 0}",
        ".b + [9]", #".name + "!""#, #""pre-" + .name"#, "(1, 2) + (10, 20)", ".[]? + 1", ".a - 1", "5 - .a", ".a * 2",
        ".a / 2", "1 / .a", ".a * .b",
        ".a == 1", ".a == null", ".a != null", ".a < 2", ".a <= 1", ".a > .b", ".a >= .b", #".a == "s""#,
        #".name == """#, ". == []", ". == {}",
        ". == null", ". == .", "[] == []", ".a == .a", "[.[]? < 2]", "[.[]? == null]", #"[.[]? > "a"]"#, "true < false",
        "null < false", "1 < \"a\"",
        "[] < {}", "\"a\" < \"b\"", "\"a\" < \"aa\"", "\"ä\" > \"z\"", ".a and .b", ".a or .b", ".a and .b or .name",
        "(true, false) and (true, false)",
        "(true, false) or (true, false)", "true and empty", "[empty and true]", ".a // 1", ".a // .b // \"none\"",
        ".name // \"none\"", "(.a, .b) // 3",
        "(null, false) // (3, 4)", "empty // 1", "[.[]? // \"x\"]", ".a.b // 1", ".a // .a.b", "1 - 1 - 1",
        "2 + 3 * .a",
        "(2 + 3) * .a", "1 + .a // 2",
        ".a == 1 and .b == 2", ".a // 1 | . + 1", "1, 2 | . + 1", "-1 + 2", "1 - -1", ". > -1", "0.1 + 0.2",
        "10000000000000000",
        "3.0", "1.10", "007", ".a + .a", "(.a // []) + (.b // [])", "(.a, .b) == (1, null)", "[.[]? | . * 1.5]",
        "[.[]? - 1]",
    ]

    private static let control = [
        "if .a then 1 else 2 end", "if .a == 1 then \"one\" elif .a == null then \"none\" else .a end",
        "if (.a, .b) then 1 else 2 end",
        "if empty then 1 else 2 end", "[if .[]? then 1 else 2 end]", "if .a then (1, 2) else empty end",
        "if .a.b.c then . else .a end",
        "if . then . else . end | .a?", ".a as $x | .b as $y | [$x, $y]", ".[]? as $x | [$x, $x]",
        ". as $x | .a as $x | $x", "[.[]? as $x | $x]",
        "1 as $x | 2 as $y | $x + $y", "(1, 2) as $x | (3, 4) as $y | [$x, $y]", "1 + . as $x | $x", "(.a)?",
        "[(.[] | .a)?]", "(.a.b.c)?",
        "[(.[] | . + 1)?]", "(1)? | .a.b.c", "[.[]? | (.a)? | . + 1]", "((1, .a.b.c.d, 3))?",
        "(if .a.b.c.d then 1 else 2 end)?", "empty", "[empty]",
        "1, empty, 2", "(1, 2) | (., 3)", ".a, .b", ".a | ., .", "first(.[]?)", "first(.[] | .a)", "[first(1, 2)]",
        "first(empty)",
        "[.[]? | first(., 1)]", "first((.[] | .a)?)", "[first(.[]?), 5]", "select(.a)", "select(.a == 1)",
        ".[]? | select(. != null)",
        "[.[]? | select(.a? == 1)]", "select(.a, .b)", ".items[]? | select(.name) | {name}", "map(.a)", "map(. + 1)",
        "map(select(. != null))",
        "map(.a?)", "map(., 1)", "[.items[]? | select(.id > 1) | .name // \"none\"]", "map(first(.[]?))", "any", "all",
        "map(.a) | any", "any(.a)", "all(.a)",
        "any(. == 1)", "all(. == null)", "[.[]? | not]", ".a | not",
    ]

    private static let functions = [
        "null", "true", "false", "not", "length", "map(length)", ".name | length", ".a | length", "type", "map(type)",
        "[.[]? | type]", "tostring", "map(tostring)",
        "[.[]? | tostring]", "tojson", "map(tojson)", "tonumber", "[.[]? | (tonumber)?]", #""12" | tonumber"#,
        #""1.50" | tonumber"#, #""007" | tonumber"#,
        #"" 1" | tonumber"#, #""1e3" | tonumber"#, #""-1" | tonumber"#, #""abc" | tonumber"#, #""1.2.3" | tonumber"#,
        #""." | tonumber"#, "ascii_downcase",
        ".name | ascii_downcase", ".name | ascii_upcase", "[.[]? | (ascii_upcase)?]", "startswith(\"t\")",
        "[.[]? | (startswith(\"a\"))?]",
        ".name | startswith(\"U\")", ".name | endswith(\"é\")", "endswith(\"t\")", "endswith(\"\")", "startswith(1)",
        "ltrimstr(\"te\")", "rtrimstr(\"xt\")",
        "ltrimstr(1)", ".a | ltrimstr(\"x\")", "[.[]? | ltrimstr(\"a\") | rtrimstr(\"b\")]", "ltrimstr(\"text\")",
        "split(\",\")", "split(\"\")", "split(\"ab\")",
        ".name | split(\" \")", ".full_name | split(\"/\")", ".full_name | split(\"/\") | .[1]", "split(1)",
        "\"aXbXX\" | split(\"X\")",
        "\"XaX\" | split(\"X\")", "\"\" | split(\"X\")", "\"üxü\" | split(\"\")", "\"aaa\" | split(\"aa\")",
        "join(\",\")", "map(tostring) | join(\"-\")", ".b | join(\" \")",
        "[] | join(\"x\")", "[\"a\", 1, null, true, false, 1.5] | join(\"/\")", "[null] | join(\"x\")",
        "[[1]] | join(\"x\")", "[\"\"] | join(\",\")", "join(1)",
        "has(\"a\")", "has(0)", "has(3)", "has(-1)", "map(has(\"a\"))", "[.[]? | (has(\"a\"))?]", "keys",
        "[.[]? | (keys)?]", ".a | keys", "to_entries",
        "with_entries(select(.value != null))", "with_entries({key: \"k\\(.key)\", value: [.value]})",
        "with_entries(.value)", "with_entries({key: \"one\", value: .value})", "with_entries(empty)",
        "to_entries | from_entries",
        "from_entries", "[{key: null, value: 1}] | from_entries", "[{k: \"a\", v: 1}] | from_entries",
        "[{key: \"a\"}] | from_entries", "[{key: 1, value: 2}] | from_entries",
        "{a: .b, b: .a} | with_entries(select(.value))",
        "to_entries | map(.key)", "[to_entries[]? | \"\\(.key)=\\(.value)\"]", "add", "map(.a) | add",
        "[.[]? | tostring] | add", "[[1], [2]] | add", "[] | add",
        "[{a: 1}, {b: 2}] | add", ".items | length", "first", "last", "[.[]? | (first)?]", "values", "[.[]? | values]",
        "[.[]? | strings]", "[.[]? | arrays]", "[.[]? | objects]", "[.[]? | numbers]", "\"\\(.)\"",
        "\"a\\(.a)b\\(.b)\"", "\"\\(.name) \\(.items)\"", "\"\\(1 + 2)\"",
        "\"\\(\"nested \\(.a)\")\"", "\"tab\\tnew\\nquote\\\"slash\\/uni\\u00fc\"", "\"\"", "\"ünï\"", "\"\\(.a)\"",
        "[.[]? | \"<\\(.)>\"]", "{a: .name | ascii_downcase | split(\" \") | join(\"-\")}", ".b | type",
    ]

    /// What is in the subset, but not evaluated for any of the inputs.
    private static let leftToLibjq: Set<String> = [
        ".[{}]", "join(1)", #"" 1" | tonumber"#, #""-1" | tonumber"#, #""1e3" | tonumber"#, #""1.2.3" | tonumber"#,
        #""abc" | tonumber"#, #""." | tonumber"#, "[{key: null, value: 1}] | from_entries",
        #"[{k: "a", v: 1}] | from_entries"#, #"[{key: "a"}] | from_entries"#, "[{key: 1, value: 2}] | from_entries",
    ]

    @Test(arguments: expressions)
    func theSameAsLibjq(_ expression: String) async throws {
        let program = CompiledProgram(JQExpression(expression, field: "test"))
        #expect(program != nil, "not in the subset: \(expression)")
        guard program != nil else { return }
        let pairs = try await Differential.run(expression, Self.inputs)
        #expect(pairs.contains { $0.isEvaluated } || Self.leftToLibjq.contains(expression))
        for (input, pair) in zip(Self.inputs, pairs) {
            #expect(pair.isRight, "\(expression) on \(input): \(pair.compiled), libjq \(pair.libjq)")
        }
    }

    /// What jq 1.6 refuses, what is read in another way than it looks, and what is left to libjq.
    @Test(arguments: [
        "", "{a: 1 + 2}", "{a: .b // 1}", "{a: if . then 1 else 2 end}", "{a: (.b)?}", "{if}", "{$x}",
        "if . then 1 end", "1 == 2 == 3", ".a.[0]", ".a ?// 1",
        ".a?//1", "..", ".. | .a", "def f: 1; f", "{(1): 2}", "{(1 + 2): 3}", "{([]): 1}", "2 * 3", "(1 + 1) / 0",
        "reduce .[] as $x (0; . + $x)", "try .a", "try .a catch .", ".a = 1",
        ".a |= 1", ".a += 1", ".[0:1]?", "@base64",
        "@json \"x\\(.)\"", "$ENV", "env", "input", "$__loc__", "import \"a\" as a; .", "test(\"a\")",
        "sub(\"a\"; \"b\")", "gsub(\"a\"; \"b\")", "sort_by(.a)",
        "foo", ".a as [$x] | $x", ".a as {b: $x} | $x", "\"\\(1, 2)\"", "1e1000", ".5", "1.", "- .a", "-(1)", "1 / 0",
        "\"\\ud800\"", "\"\\x\"", "\"a", "[1", "{a", "(1",
        ".a)", "1 2", "1 .a 2", "$x", "{@base64: 1}", "{1: 2}", "a::b", "error", "label $f | 1", "!", "&",
        "limit(1; .)", "map(.a; .b)",
        "first(1; 2)", "startswith(\"a\", \"b\")", "if . then 1 else 2 end.a", "(1)?.a", ".a[", ".a[1:2:3]", "%",
        "1 % 2", "\"\\u12\"", "\u{1}",
    ])
    func notInTheSubset(_ expression: String) {
        #expect(CompiledProgram(JQExpression(expression, field: "test")) == nil)
    }
}
