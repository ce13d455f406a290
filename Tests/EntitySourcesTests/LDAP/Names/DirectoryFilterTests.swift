import Testing

@testable import EntitySources

@Suite struct DirectoryFilterTests {
    @Test(
        arguments: [
            ("(uid=*)", "(uid=*)"), (" uid=a ", "(uid=a)"), ("(&(a=b)(!(c=d)))", "(&(a=b)(!(c=d)))"),
            ("(|(a>=1)(b:1.2.3:=c))", "(|(a>=1)(b:1.2.3:=c))"),
        ]
    )
    func filters(_ text: String, _ filter: String) {
        #expect(DirectoryFilter.normalized(text) == filter)
    }

    @Test(arguments: ["", "(uid=a", "(uid=a))", "(&)", "(!(a=b)(c=d))", "uid", "(=a)", "(a=b)(c=d)"])
    func whatIsNoFilter(_ text: String) {
        #expect(DirectoryFilter.normalized(text) == nil)
    }

    @Test func valuesAreEscaped() {
        #expect(DirectoryFilter.equal("cn", Array("a*(b)\\é".utf8)) == "(cn=a\\2a\\28b\\29\\5c\\c3\\a9)")
    }
}
