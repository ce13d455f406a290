import Testing

@testable import EntitySources

@Suite struct LinkHeaderTests {
    @Test(arguments: [
        (["<https://a/?page=2>; rel=\"next\""], [WebLink(target: "https://a/?page=2", relations: ["next"])]),
        (
            [#"<https://a/?p=1>; rel="prev", <https://a/?p=3>; rel="next""#],
            [
                WebLink(target: "https://a/?p=1", relations: ["prev"]),
                WebLink(target: "https://a/?p=3", relations: ["next"]),
            ]
        ),
        (["</p?a=1,2;b>;rel=next"], [WebLink(target: "/p?a=1,2;b", relations: ["next"])]),
        (["<b>; rel=\"first  NEXT\tlast\""], [WebLink(target: "b", relations: ["first", "next", "last"])]),
        // An accent after a space.
        (["<b>; rel=\"prev \u{301} next\""], [WebLink(target: "b", relations: ["prev", "\u{301}", "next"])]),
        (["<b>; title=\"a, \\\"b\\\"; rel=prev\"; rel=next"], [WebLink(target: "b", relations: ["next"])]),
        (["<b>; rel=next; rel=prev"], [WebLink(target: "b", relations: ["next"])]),
        (["<b>; REL = \"next\""], [WebLink(target: "b", relations: ["next"])]),
        (["<b>; rel=next; crossorigin"], [WebLink(target: "b", relations: ["next"])]),
        (["<b>;; rel=next;"], [WebLink(target: "b", relations: ["next"])]),
        (
            ["<a>; rel=prev", " , <b>; rel=next, ,"],
            [WebLink(target: "a", relations: ["prev"]), WebLink(target: "b", relations: ["next"])]
        ),
        (["<b>; rel=next; anchor=\"#x\""], [WebLink(target: "b", relations: ["next"], isAnchored: true)]),
        (["<>; rel=next"], [WebLink(target: "", relations: ["next"])]), (["<b>"], [WebLink(target: "b")]),
        (["<b>; title*=UTF-8''%e4; rel=next"], [WebLink(target: "b", relations: ["next"])]), ([""], []), ([], []),
    ])
    func links(_ fields: [String], _ expected: [WebLink]) throws {
        #expect(try LinkHeader.links(in: fields) == expected)
    }

    @Test(arguments: [
        ("https://a/", "a link does not begin with <"), ("<https://a/", "a link does not end with >"),
        ("<b>; rel=\"next", "a quoted parameter of a link does not end"),
        ("<b>; rel=\"next\\", "a quoted parameter of a link does not end"),
        ("<b> rel=next", "a link is followed by neither ; nor ,"),
        ("<b>; rel=next <c>", "a link is followed by neither ; nor ,"),
        ("<b>; rel=next, c", "a link does not begin with <"),
    ])
    func malformed(_ field: String, _ reason: String) {
        #expect(throws: LinkHeader.Malformed(reason: reason)) { try LinkHeader.links(in: [field]) }
    }
}
