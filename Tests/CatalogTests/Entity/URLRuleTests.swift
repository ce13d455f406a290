import Testing

@testable import Catalog

/// The expectations are what `new URL(…)` does in Node.js.
@Suite struct URLRuleTests {
    private func accepts(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { URLRule.accepts($0) }
    }

    @Test(
        "Absolute URLs are accepted",
        arguments: [
            "https://example.com", "http://a", "https://example.com/a?b=c#d", "https://example.com:8080/", "http://a:",
            "http:a", "http:////a", "HTTP://A", "https:\\\\a\\b", " https://a \n", "https://user:p@ss@host/",
            "ftp://a.b",
            "https://é.com", "http://a%41", "http://1.2.3.4", "http://1", "http://0x7f.1", "http://4294967295",
            "http://[::1]", "http://[1:2:3:4:5:6:7:8]:80/", "http://[::ffff:1.2.3.4]", "http://a.", "http://x",
            "mailto:a@b", "foo:", "foo://", "foo:///x", "foo://a:1", "ssh://git@host:22/x", "git+ssh://a", "urn:isbn:1",
            "file:///etc", "file://host/x", "file://c:/x", "file:x",
        ]
    )
    func valid(url: String) {
        #expect(accepts(url))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", " ", "example.com", "/a", "//a", "1http://a", "ht!tp://a", "://a", ":", "http:", "http://", "https:///",
            "http://?q", "http://:80", "http://@", "http://u@", "http://a b", "http://a:65536", "http://a:b",
            "http://a:-1", "http://a|b", "http://a<b", "http://a^b", "http://a%20b", "http://a%zz", "http://%2f",
            "http://256.1.1.1", "http://1.2.3.4.5", "http://09", "http://foo.1", "http://4294967296",
            "http://0x100.1.1.1",
            "http://[::1", "http://[]", "http://[1::2::3]", "http://[g::1]", "http://[1:2:3:4:5:6:7:8:9]",
            "http://[::1.2.3.256]", "foo://a b", "foo://u@", "foo://:80", "foo://a:b", "file://a|b/", "file://a:80/",
        ]
    )
    func invalid(url: String) {
        #expect(!accepts(url))
    }
}
