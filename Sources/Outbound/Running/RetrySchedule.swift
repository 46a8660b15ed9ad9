/// How long a message waits after each attempt that failed for now.
public struct RetrySchedule: Sendable, Equatable {
    /// The wait after the first failure, the second, and so on; behind the last one the message is given up.
    public let intervals: [Duration]

    public init(_ intervals: [Duration]) { self.intervals = intervals }

    /// As in Haraka: 64 s, twice as long each time, up to 36 hours; three days in all.
    public static let usual = RetrySchedule((1...12).map { .seconds(1 << ($0 + 5)) })

    /// Reads `5m*3, 1h, 1d*2`: intervals of at least 5 s, each with how often it is waited for; `none` gives up at once.
    ///
    /// nil where the text is no such list, or has more than a thousand intervals.
    public init?(_ text: String) {
        guard text != "none" else {
            intervals = []
            return
        }
        var intervals: [Duration] = []
        for item in text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = String(item).filter { $0 != " " && $0 != "\t" }.utf8.split(
                separator: UInt8(ascii: "*"),
                omittingEmptySubsequences: false
            )
            guard (1...2).contains(parts.count), let interval = Self.interval(parts[0]),
                let count = parts.count == 1 ? 1 : Self.number(parts[1]), (1...1000).contains(count),
                intervals.count + count <= 1000
            else { return nil }
            intervals += Array(repeating: interval, count: count)
        }
        self.intervals = intervals
    }

    private static func interval(_ text: Substring.UTF8View) -> Duration? {
        let units: [UInt8: Int] = [
            UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600, UInt8(ascii: "d"): 86_400,
        ]
        guard let last = text.last, let unit = units[last], let number = number(text.dropLast()),
            case let (seconds, overflows) = number.multipliedReportingOverflow(by: unit), !overflows, seconds >= 5
        else { return nil }
        return .seconds(seconds)
    }

    private static func number(_ text: Substring.UTF8View) -> Int? {
        guard !text.isEmpty, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(Substring(text))
    }

    /// The wait after so many failures, from 1 on; nil when the message is given up.
    ///
    /// A tenth is left to chance, so that what failed together doesn't come back together.
    ///
    /// - Parameters:
    ///   - failures: how often it was tried in vain.
    ///   - limit: `maxTempFailures`; as many are allowed.
    ///   - chance: from 0 to 1.
    /// - Returns: between the interval and a tenth more.
    public func wait(afterFailures failures: Int, limit: Int, chance: Double) -> Duration? {
        guard failures >= 1, failures < limit, failures <= intervals.count else { return nil }
        return intervals[failures - 1] * (1 + chance / 10)
    }
}
