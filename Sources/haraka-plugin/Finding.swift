/// One thing that was looked at, and how it is.
struct Finding: Codable, Equatable, Sendable {
    enum Level: String, Codable, Sendable {
        case ok
        /// It works here, but not as it should.
        case warning
        case failure
    }

    let level: Level
    /// What is so, without a full stop.
    let text: String
    /// What to do, without a full stop.
    let fix: String?

    static func ok(_ text: String) -> Finding { Finding(level: .ok, text: text, fix: nil) }

    static func warning(_ text: String, fix: String) -> Finding { Finding(level: .warning, text: text, fix: fix) }

    static func failure(_ text: String, fix: String) -> Finding { Finding(level: .failure, text: text, fix: fix) }

    /// Good or, if not, a failure.
    static func require(_ isSo: Bool, _ good: String, else bad: String, fix: String) -> Finding {
        isSo ? ok(good) : failure(bad, fix: fix)
    }

    var line: String {
        let mark =
            switch level {
            case .ok: "ok    "
            case .warning: "warn  "
            case .failure: "FAIL  "
            }
        guard let fix else { return mark + text }
        return mark + text + "\n      -> " + fix
    }
}
