import Glibc

/// What the clocks of this machine say.
public enum SystemTime {
    /// Nanoseconds since some moment before the start of the process; never goes back.
    public static var monotonicNanoseconds: UInt64 {
        let time = read(CLOCK_MONOTONIC)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Seconds since 1970 in UTC.
    public static var wallSeconds: Int64 { Int64(read(CLOCK_REALTIME).tv_sec) }

    /// Nanoseconds since 1970 in UTC.
    public static var wallNanoseconds: Int64 {
        let time = read(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Seconds that local time is ahead of UTC at a moment, summer time counted in.
    public static func utcOffset(at wallSeconds: Int64) -> Int {
        var moment = time_t(wallSeconds)
        var local = unsafe tm()
        guard unsafe localtime_r(&moment, &local) != nil else { return 0 }
        return unsafe Int(local.tm_gmtoff)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return time
    }
}
