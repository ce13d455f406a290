import Testing

@testable import Administration

@Suite struct MetricTextTests {
    private func text(_ families: MetricFamily...) -> String {
        String(decoding: MetricText.bytes(of: families), as: UTF8.self)
    }

    @Test("families are in the order of their names, each with what it tells, and none without a value")
    func families() {
        var jobs = MetricFamily("jobs", .gauge, "Jobs by place.")
        jobs.add([("lane", "0"), ("place", "ready")], 3)
        jobs.add([("lane", "0"), ("place", "dead")], nil)
        let text = text(
            jobs,
            MetricFamily("absent", .gauge, "Nothing.", value: nil),
            MetricFamily("done_total", .counter, "Done.", value: 0.5)
        )
        #expect(
            text == """
                # HELP done_total Done.
                # TYPE done_total counter
                done_total 0.5
                # HELP jobs Jobs by place.
                # TYPE jobs gauge
                jobs{lane="0",place="ready"} 3

                """
        )
    }

    @Test("what would end a label or a line is escaped")
    func escaping() {
        var family = MetricFamily("x", .gauge, "a \\ and\na line \"quoted\"")
        family.add([("a", "back\\slash"), ("b", "a \"quote\""), ("c", "two\nlines"), ("d", "Umläut, {}=")], 1)
        #expect(
            text(family) == #"""
                # HELP x a \\ and\na line "quoted"
                # TYPE x gauge
                x{a="back\\slash",b="a \"quote\"",c="two\nlines",d="Umläut, {}="} 1

                """#
        )
    }

    @Test(
        "numbers are as Go reads them",
        arguments: [
            (0.0, "0"), (-2, "-2"), (1_790_000_000.745, "1790000000.745"), (1e15, "1000000000000000"), (0.1, "0.1"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300"), (5e-05, "5e-05"),
        ]
    )
    func numbers(_ value: Double, _ text: String) {
        #expect(MetricText.number(value) == text)
    }
}
