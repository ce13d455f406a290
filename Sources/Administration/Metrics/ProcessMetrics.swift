internal import Foundation
internal import Glibc
internal import Ingestion

/// What this process is and takes, under the names that Prometheus' own clients use. What cannot be read is absent.
enum ProcessMetrics {
    static func read() -> [MetricFamily] {
        [
            MetricFamily(
                "tidemark_build_info",
                .gauge,
                "1; its label says which version runs.",
                [.init(labels: MetricLabels([("version", TidemarkVersion.current)]), value: 1)]
            ),
            MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory.", value: residentBytes),
            MetricFamily("process_cpu_seconds_total", .counter, "User and system CPU time.", value: cpuSeconds),
            MetricFamily("process_start_time_seconds", .gauge, "When the process began.", value: startTime),
            MetricFamily("process_open_fds", .gauge, "Open file descriptors.", value: openFiles),
        ]
    }

    private static var residentBytes: Double? {
        guard let pages = text("/proc/self/statm")?.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var cpuSeconds: Double? {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    /// It does not change.
    private static let startTime: Double? = {
        // After the name in parentheses, which may have blanks: state is the third field, the start the 22nd.
        guard let fields = text("/proc/self/stat")?.split(separator: ")").last?.split(separator: " "),
            fields.count > 19,
            let ticks = Double(fields[19]),
            let boot = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let since = Double(boot.dropFirst(6))
        else { return nil }
        return since + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static var openFiles: Double? {
        // One of them is the folder itself.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count - 1) }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
