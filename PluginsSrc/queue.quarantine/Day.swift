import Glibc

/// A day as the quarantine's folders have it.
enum Day {
    /// `YYYYMMDD` of this moment, in the server's time zone.
    static func now() -> String {
        var now = time(nil)
        var local = unsafe tm()
        unsafe localtime_r(&now, &local)
        return name(
            year: unsafe Int(local.tm_year) + 1900,
            month: unsafe Int(local.tm_mon) + 1,
            day: unsafe Int(local.tm_mday)
        )
    }

    static func name(year: Int, month: Int, day: Int) -> String {
        String(year * 10_000 + month * 100 + day)
    }
}
