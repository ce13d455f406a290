import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct ProgressFrameTests {
    private func frame(_ providers: [ProgressSnapshot.Provider], trouble: String? = nil) -> ProgressFrame {
        ProgressFrame(
            title: "tidemark run",
            details: "tidemark-data/catalog.sqlite",
            snapshot: ProgressSnapshot(providers: providers, catalogEntities: 61_204, trouble: trouble)
        )
    }

    private let providers = [
        ProgressSnapshot.Provider(status: .example("debian-packages"), rate: 8_120),
        ProgressSnapshot.Provider(
            status: .example("debian-maintainers") {
                ($0.phase, $0.waits, $0.due, $0.counts.rejected) = (.resting, "rest", 96_399_000, 2)
            },
            rate: 0,
            consumerError: "the disk is full"
        ),
    ]

    @Test func at120Columns() {
        #expect(
            frame(providers).lines(columns: 120, rows: 30, style: .plain).joined(separator: "\n") == """
                tidemark run · 61,204 entities in the catalog · tidemark-data/catalog.sqlite

                PROVIDER            STATUS   PAGES     RATE  ADDED  CHANGED  UNCHANGED  REMOVED  WAITS FOR
                debian-packages     running     34  8,120/s     12      340     16,648        0
                debian-maintainers  resting     34              12      340     16,648        0  next cycle in 23h 59m
                  2 entities rejected: tidemark rejected debian-maintainers
                  catalog: the disk is full
                """
        )
    }

    @Test func at80ColumnsWhatAProviderWaitsForGoesBelow() {
        #expect(
            frame(providers).lines(columns: 80, rows: 30, style: .plain).joined(separator: "\n") == """
                tidemark run · 61,204 entities in the catalog · tidemark-data/catalog.sqlite

                PROVIDER            STATUS   PAGES     RATE  ADDED  CHANGED  UNCHANGED  REMOVED
                debian-packages     running     34  8,120/s     12      340     16,648        0
                debian-maintainers  resting     34              12      340     16,648        0
                  waits for: next cycle in 23h 59m
                  2 entities rejected: tidemark rejected debian-maintainers
                  catalog: the disk is full
                """
        )
    }

    @Test(
        "No line is wider than the terminal, and there are fewer than it has rows",
        arguments: [(80, 24), (120, 10), (100, 5)]
    )
    func fits(_ columns: Int, _ rows: Int) {
        let many = (0..<50).map { number in
            ProgressSnapshot.Provider(
                status: .example("provider-\(number)") {
                    ($0.error, $0.failures) = (String(repeating: "error ", count: 50), 1)
                },
                rate: 0
            )
        }
        let lines = frame(many, trouble: String(repeating: "Redis ", count: 40))
            .lines(columns: columns, rows: rows, style: .plain)
        #expect(lines.count <= rows)
        for line in lines { #expect(TextWidth.of(line) <= columns, "\(line)") }
        #expect(lines.last?.contains("more") == true)
    }

    @Test func beforeTheFirstProvider() {
        #expect(frame([]).lines(columns: 80, rows: 24, style: .plain).last == "waiting for the first provider …")
    }
}
