internal import Synchronization
internal import System

/// Where the server's log lines go in.
///
/// A line below the level costs one atomic load: neither its text nor its fields are made. Others are laid out by the caller
/// and handed to a ``LogWriter``; nobody waits for a disk.
final class LogSink: Sendable {
    private let threshold: Atomic<UInt8>
    private let layout: Atomic<UInt8>
    private let writer: LogWriter
    private let isTapped = Atomic(false)
    /// Not the closure itself: each access through a generic lock would wrap it once more.
    private struct Tap {
        var observer: (@Sendable (LogLine) -> Void)?
    }

    private let tap = Locked(Tap())

    private static let timestampBit: UInt8 = 0x80

    /// Opens the log and starts its thread.
    ///
    /// `limit` bounds the bytes that wait to be written.
    init(
        level: LogLevel,
        format: LogFormat,
        timestamps: Bool,
        outputs: [any LogOutput],
        limit: Int = 8 << 20
    ) throws(SystemError) {
        threshold = Atomic(level.rawValue)
        let bits = Self.layout(format, timestamps)
        layout = Atomic(bits)
        writer = LogWriter(outputs, limit: limit) { lost in
            let line = LogLine(.warn, "log lines were lost", [("count", LogValue(lost))])
            return Self.encode(line, bits)
        }
        try writer.start()
    }

    /// The least level that is written; may be changed while the server runs.
    var level: LogLevel {
        get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// Changes the layout of the lines that follow.
    func lay(out format: LogFormat, timestamps: Bool) {
        layout.store(Self.layout(format, timestamps), ordering: .relaxed)
    }

    @inline(__always)
    func isEnabled(_ level: LogLevel) -> Bool { level.rawValue >= threshold.load(ordering: .relaxed) }

    /// Writes a line; what it needs is only made when the level is on.
    @inline(__always)
    func write(
        _ level: LogLevel,
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) {
        guard isEnabled(level) else { return }
        write(LogLine(level, message(), id: id(), plugin: plugin(), fields()))
    }

    /// Writes a line whatever its level.
    func write(_ line: LogLine) {
        writer.add(Self.encode(line, layout.load(ordering: .relaxed)), urgent: line.level >= .warn)
        guard isTapped.load(ordering: .relaxed) else { return }
        tap.withLock { $0.observer }?(line)
    }

    /// Writes a summary's line at the level info.
    func info(_ summary: some LogSummary) {
        guard isEnabled(.info) else { return }
        let line = LogLine(.info, type(of: summary).message, id: summary.id)
        guard !isTapped.load(ordering: .relaxed) else {
            return write(LogLine(.info, line.message, id: line.id, summary.fields))
        }
        let (format, time) = Self.read(layout.load(ordering: .relaxed))
        var text = LogText()
        line.begin(&text, format, time)
        summary.each { text.field($0, $1, format) }
        text.end(format)
        writer.add(text.bytes, urgent: false)
    }

    /// Shows every line to `observer` too; nil shows them to nobody.
    func observe(with observer: (@Sendable (LogLine) -> Void)?) {
        tap.withLock { $0.observer = observer }
        isTapped.store(observer != nil, ordering: .relaxed)
    }

    /// Whether all lines before this call were written in time.
    @discardableResult
    func flush(within limit: Duration) -> Bool { writer.flush(within: limit) }

    /// Writes what is left and ends the thread; whether it was in time.
    @discardableResult
    func finish(within limit: Duration = .seconds(5)) -> Bool { writer.finish(within: limit) }

    private static func layout(_ format: LogFormat, _ timestamps: Bool) -> UInt8 {
        format.rawValue | (timestamps ? timestampBit : 0)
    }

    private static func encode(_ line: LogLine, _ layout: UInt8) -> [UInt8] {
        let (format, time) = read(layout)
        return line.encoded(format, time: time)
    }

    private static func read(_ layout: UInt8) -> (LogFormat, time: Int64?) {
        let format = LogFormat(rawValue: layout & ~timestampBit) ?? .plain
        return (format, layout & timestampBit == 0 ? nil : SystemTime.wallNanoseconds)
    }
}
