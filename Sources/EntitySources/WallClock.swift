internal import Glibc

/// This machine's time of day: for dates in answers that carry no date of their own, and for nothing else.
enum WallClock {
    static var secondsSince1970: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec)
    }
}
