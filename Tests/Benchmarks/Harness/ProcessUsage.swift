#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What this process has used so far.
struct ProcessUsage: Sendable {
    /// The most memory that it had resident at a time, in bytes. Not ru_maxrss, which begins with that of the parent.
    static var peakMemory: Int {
        TextFile.lines("/proc/self/status").first { $0.hasPrefix("VmHWM:") }
            .flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") }
            .map { $0 * 1_024 } ?? 0
    }

    /// Seconds of processor time, in user and system mode.
    static var processorTime: Double {
        var usage = rusage()
        // 0 is RUSAGE_SELF, whose type differs among libraries.
        getrusage(0, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
