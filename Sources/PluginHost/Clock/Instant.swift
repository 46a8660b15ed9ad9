internal import Glibc

/// A point of the clock that only goes forward.
struct Instant: Comparable, Sendable {
    var nanoseconds: Int64

    static func < (one: Instant, other: Instant) -> Bool { one.nanoseconds < other.nanoseconds }

    static var now: Instant { read(CLOCK_MONOTONIC) }
    /// A few nanoseconds to read, some milliseconds behind.
    static var nearly: Instant { read(CLOCK_MONOTONIC_COARSE) }

    private static func read(_ clock: clockid_t) -> Instant {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    func advanced(by nanoseconds: Int64) -> Instant {
        let (sum, isTooFar) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return Instant(nanoseconds: isTooFar ? .max : sum)
    }

    func since(_ earlier: Instant) -> Int64 { nanoseconds - earlier.nanoseconds }
}

extension Duration {
    /// Whole nanoseconds; what is too long for them is the longest.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isTooLongAfterAll) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return isTooLong || isTooLongAfterAll ? .max : sum
    }
}
