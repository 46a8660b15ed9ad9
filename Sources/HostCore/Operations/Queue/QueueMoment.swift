internal import Queue
internal import System

/// A moment of the queue as people read it: in local time, and how far away it is.
enum QueueMoment {
    /// "2026-11-22 13:05:00 +0100".
    static func local(_ time: QueueTime) -> String {
        let offset = SystemTime.utcOffset(at: time.secondsSinceEpoch)
        let seconds = time.secondsSinceEpoch + Int64(offset)
        let ofDay = Int(((seconds % 86_400) + 86_400) % 86_400)
        let minutes = Int(offset.magnitude) / 60
        return "\(CalendarDay.text(seconds)) \(two(ofDay / 3600)):\(two(ofDay / 60 % 60)):\(two(ofDay % 60)) "
            + "\(offset < 0 ? "-" : "+")\(two(minutes / 60))\(two(minutes % 60))"
    }

    /// "in 12 minutes", "12 minutes ago", "now".
    static func relative(_ time: QueueTime, now: QueueTime) -> String {
        let seconds = time.secondsSinceEpoch - now.secondsSinceEpoch
        guard seconds != 0 else { return "now" }
        let distance = distance(Int(seconds.magnitude))
        return seconds > 0 ? "in \(distance)" : "\(distance) ago"
    }

    /// "2026-11-22 13:05:00 +0100, in 12 minutes".
    static func both(_ time: QueueTime, now: QueueTime) -> String { "\(local(time)), \(relative(time, now: now))" }

    /// "12 minutes".
    private static func distance(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: SafeText.count(seconds, "second")
        case ..<7200: SafeText.count(seconds / 60, "minute")
        case ..<172_800: SafeText.count(seconds / 3600, "hour")
        default: SafeText.count(seconds / 86_400, "day")
        }
    }

    /// "12m", for columns; what has passed is 0s.
    static func brief(from start: QueueTime, to end: QueueTime) -> String {
        let seconds = max(0, Int(end.secondsSinceEpoch - start.secondsSinceEpoch))
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// RFC 3339, for programs.
    static func stamp(_ time: QueueTime) -> String {
        var text = LogText()
        text.time(time.milliseconds * 1_000_000)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
