internal import Logging

/// How much a log line matters, in Haraka's words; the least important first.
enum LogLevel: UInt8, Sendable, CaseIterable, Comparable {
    case data, `protocol`, debug, info, notice, warn, error, crit, alert, emerg

    /// As they are written in `log.ini`.
    static let names = allCases.map(\.name)

    /// Reads a name in any case.
    init?(_ name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name.lowercased() }) else { return nil }
        self = level
    }

    var name: String { String(describing: self) }

    /// As it is written in a line.
    var label: String {
        switch self {
        case .data: "DATA"
        case .protocol: "PROTOCOL"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTICE"
        case .warn: "WARN"
        case .error: "ERROR"
        case .crit: "CRIT"
        case .alert: "ALERT"
        case .emerg: "EMERG"
        }
    }

    static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

extension LogLevel {
    /// Where a library's line belongs.
    init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace: .protocol
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warn
            case .error: .error
            case .critical: .crit
            }
    }

    /// The level to which libraries log, so that nothing below this one is made.
    var libraries: Logger.Level {
        switch self {
        case .data, .protocol: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warn: .warning
        case .error: .error
        case .crit, .alert, .emerg: .critical
        }
    }
}
