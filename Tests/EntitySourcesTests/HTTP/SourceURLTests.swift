import Testing

@testable import EntitySources

@Suite struct SourceURLTests {
    /// RFC 3986, 5.4, with http for the scheme of its base.
    @Test(arguments: [
        ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
        ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"),
        ("g#s", "http://a/b/c/g"), (";x", "http://a/b/c/;x"), ("g;x?y#s", "http://a/b/c/g;x?y"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"), ("../", "http://a/b/"),
        ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"),
        ("./g/.", "http://a/b/c/g/"), ("g/../h", "http://a/b/c/h"), ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("https://h:8443/x", "https://h:8443/x"), ("HTTP://H/x", "http://h/x"),
        ("a b?c=[d]", "http://a/b/c/a%20b?c=%5Bd%5D"),
        (" /g\n", "http://a/g"), ("/50%", "http://a/50%25"), ("/%41ü", "http://a/%41%C3%BC"),
        ("//g\\@evil/", "http://evil/"),
    ])
    func references(_ reference: String, _ expected: String?) throws {
        let base = try #require(SourceURL("http://a/b/c/d;p?q"))
        #expect(base.resolving(reference)?.text == expected)
    }

    @Test(arguments: [
        ("http://example.com", "http://example.com", "/"), ("https://Example.COM:443/a", "https://example.com", "/a"),
        ("http://example.com:8080", "http://example.com:8080", "/"), ("http://[::1]:90/x", "http://[::1]:90", "/x"),
        ("https://user:secret@example.com/", "https://example.com", "/"),
        // What an attacker would like to pass for the configured host.
        ("http://example.com@evil.com/", "http://evil.com", "/"),
        ("http://evil.com/@example.com", "http://evil.com", "/@example.com"),
    ])
    func origins(_ text: String, _ origin: String, _ path: String) throws {
        let url = try #require(SourceURL(text))
        #expect(url.origin.description == origin)
        #expect(url.path == path)
    }

    @Test(arguments: [
        "", "example.com", "/path", "ftp://example.com/", "javascript:alert(1)", "http://", "http:///x",
        "http://a:99999/",
        "http://a:x/", "http://a:0/", "http://[::1", "http://a b/", "file:///etc/passwd", "http://a:-1/",
    ])
    func others(_ text: String) {
        #expect(SourceURL(text) == nil)
    }

    @Test func parameters() throws {
        var url = try #require(SourceURL("http://a/?x=1&y=a%20b+c&x=2&flag&=e"))
        #expect(url.parameters.map(\.name) == ["x", "y", "x", "flag", ""])
        #expect(url.parameters.map(\.value) == ["1", "a b c", "2", "", "e"])
        url.setParameter("x", ["ä&=", "3"])
        #expect(url.query == "y=a%20b+c&flag&=e&x=%C3%A4%26%3D&x=3")
        url.removeParameter("none")
        #expect(url.query == "y=a%20b+c&flag&=e&x=%C3%A4%26%3D&x=3")
        for name in ["x", "y", "flag", ""] { url.removeParameter(name) }
        #expect(url.text == "http://a/")
    }
}
