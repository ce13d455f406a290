import Testing

@testable import Catalog

@Suite struct TraceParentTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test("a header is read, and written as it was", arguments: ["00", "01"])
    func roundTrip(flags: String) throws {
        let text = "00-\(Self.trace)-\(Self.span)-\(flags)"
        let parent = try #require(TraceParent(text))
        #expect(parent.trace.description == Self.trace && parent.spanText == Self.span)
        #expect(parent.isSampled == (flags == "01"))
        #expect(parent.description == text)
    }

    @Test("of the flags, the lowest is read; others are not handed on", arguments: [("03", "01"), ("fe", "00")])
    func flags(flags: String, written: String) {
        let parent = TraceParent("00-\(Self.trace)-\(Self.span)-\(flags)")
        #expect(parent?.description == "00-\(Self.trace)-\(Self.span)-\(written)")
    }

    @Test("of a later version, what version 00 has is read, whatever follows", arguments: ["", "-more", "-"])
    func laterVersion(rest: String) {
        let parent = TraceParent("cc-\(Self.trace)-\(Self.span)-01\(rest)")
        #expect(parent?.description == "00-\(Self.trace)-\(Self.span)-01")
    }

    @Test(
        "what is not valid is none",
        arguments: [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-01-more",
            "00-\(trace)-\(span)-01 ",
            "ff-\(trace)-\(span)-01", "0g-\(trace)-\(span)-01", "00_\(trace)-\(span)-01", "00-\(trace)-\(span)-0x",
            "cc-\(trace)-\(span)-01.more", "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span.uppercased())-01",
            "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
            "00-\(trace.dropLast())-\(span)0-01", "00-\(trace)-\(span)-é1", "traceparent",
        ]
    )
    func invalid(text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test("ids that are 0 are none; half of a trace's id may be")
    func zero() throws {
        #expect(TraceParent.TraceID(high: 0, low: 0) == nil)
        let trace = try #require(TraceParent.TraceID(high: 0, low: 10))
        #expect(TraceParent(trace: trace, span: 0, isSampled: true) == nil)
        let parent = try #require(TraceParent(trace: trace, span: 11, isSampled: true))
        #expect(parent.description == "00-0000000000000000000000000000000a-000000000000000b-01")
    }
}
