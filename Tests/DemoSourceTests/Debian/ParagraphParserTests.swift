import Testing

@testable import DemoSource

@Suite("Paragraphs of a Debian package list")
struct ParagraphParserTests {
    static let text = """
        Package: 0ad
        Version: 0.0.26-3
        Maintainer: Debian Games Team <pkg-games-devel@lists.alioth.debian.org>
        Filename: pool/main/0/0ad/0ad_0.0.26-3_amd64.deb
        Tag: game::strategy, role::program,
         uitoolkit::sdl,
        \tx11::application
        Description: Real-time strategy game of ancient warfare
         A second line: with a colon
         .
         A third one

        Package: g++
        Version: 4:12.2.0-3
        Installed-Size:\u{20}

        """

    @Test("Fields, continuation lines and paragraphs", arguments: [1, 2, 3, 7, 64, 10_000])
    func pieces(size: Int) throws {
        let paragraphs = parse(Self.text, piece: size)
        try #require(paragraphs.count == 2)
        #expect(paragraphs[0][.package] == "0ad")
        #expect(paragraphs[0][.maintainer] == "Debian Games Team <pkg-games-devel@lists.alioth.debian.org>")
        #expect(paragraphs[0][.tag] == "game::strategy, role::program,\nuitoolkit::sdl,\nx11::application")
        #expect(
            paragraphs[0][.description]
                == "Real-time strategy game of ancient warfare\nA second line: with a colon\n.\nA third one"
        )
        #expect(paragraphs[1] == [.package: "g++", .version: "4:12.2.0-3", .installedSize: ""])
    }

    @Test(
        "The ends of lines and of the text",
        arguments: [
            ("Package: a\n\nPackage: b", ["a", "b"]),
            ("Package: a\r\n\r\nPackage: b\r\n", ["a", "b"]),
            ("\n\n\nPackage: a\n\n\n\nPackage: b\n\n\n", ["a", "b"]),
            ("Package: a\n \t \nPackage: b\n", ["a", "b"]),
            ("no colon\n continued\nPackage: a\n", ["a"]),
            (" continues nothing\nPackage:a\n", ["a"]),
            ("", []),
            ("\n", []),
        ]
    )
    func edges(text: String, names: [String]) {
        #expect(parse(text, piece: 5).compactMap { $0[.package] } == names)
    }

    @Test("A line that continues a field which is not read does not end up in another")
    func skippedContinuation() {
        let paragraphs = parse("Version: 1\nConffiles:\n /etc/a 12\nPackage: a\n", piece: 100)
        #expect(paragraphs == [[.version: "1", .package: "a"]])
    }

    @Test("Bytes that are not UTF-8 are replaced, not fatal")
    func notUTF8() {
        var parser = ParagraphParser()
        var found: [DebianParagraph] = []
        let bytes = Array("Description: caf".utf8) + [0xe9] + Array("\n".utf8)
        bytes.withUnsafeBytes { parser.feed($0) { found.append($0) } }
        parser.finish { found.append($0) }
        #expect(found == [[.description: "caf\u{fffd}"]])
    }

    private func parse(_ text: String, piece: Int) -> [DebianParagraph] {
        let bytes = Array(text.utf8)
        var parser = ParagraphParser()
        var found: [DebianParagraph] = []
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: piece) {
                let end = min(start + piece, bytes.count)
                parser.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) { found.append($0) }
            }
        }
        parser.finish { found.append($0) }
        return found
    }
}
