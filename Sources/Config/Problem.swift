/// One sentence about the configuration, for the person who can change it.
public struct Problem: Error, Equatable, Sendable {
    public enum Severity: Int, Comparable, Sendable {
        case notice, warning, error

        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// An error keeps the configuration from being used.
    public let severity: Severity
    /// As it is shown: "config/smtp.ini".
    public let file: String
    /// From 1; 0 when the file as a whole is meant.
    public let line: Int
    /// The key it is about; empty when there is none.
    public let key: String
    /// What is wrong, and what is allowed.
    public let message: String
    /// What to do, when the message doesn't say it: a question or a command.
    public let fix: String?

    public init(
        _ severity: Severity,
        file: String,
        line: Int = 0,
        key: String = "",
        message: String,
        fix: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.key = key
        self.message = message
        self.fix = fix
    }

    init(_ severity: Severity, at origin: Origin, key: String = "", _ message: String, fix: String? = nil) {
        self.init(severity, file: origin.path, line: origin.line, key: key, message: message, fix: fix)
    }

    /// About what stands somewhere; where nobody has written it, about the file as a whole: "config/smtp.ini".
    public init(
        _ severity: Severity,
        at origin: Origin?,
        in file: String,
        key: String = "",
        _ message: String,
        fix: String? = nil
    ) {
        self.init(severity, at: origin ?? Origin(path: file, line: 0), key: key, message, fix: fix)
    }
}

extension Problem: CustomStringConvertible {
    /// As a person reads it: "config/smtp.ini:7: inactivity_timeout must be …".
    public var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return "\(place): \(message)" + (fix.map { "; \($0)" } ?? "")
    }
}
