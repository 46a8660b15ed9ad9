/// Haraka's log levels.
public enum LogLevel: Int32, Sendable, Comparable {
    case data = 9
    case `protocol` = 8
    case debug = 7
    case info = 6
    case notice = 5
    case warn = 4
    case error = 3
    case crit = 2
    case alert = 1
    case emerg = 0

    /// Orders by urgency: `.debug < .error`.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue > right.rawValue }
}
