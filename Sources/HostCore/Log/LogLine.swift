/// One line: what happened, to whom, and the facts.
struct LogLine {
    let level: LogLevel
    /// The connection's or transaction's id.
    let id: String?
    let plugin: String?
    let message: String
    let fields: [LogField]

    init(
        _ level: LogLevel,
        _ message: String,
        id: String? = nil,
        plugin: String? = nil,
        _ fields: [LogField] = []
    ) {
        self.level = level
        self.message = message
        self.id = id
        self.plugin = plugin
        self.fields = fields
    }

    /// The line's bytes with its end.
    ///
    /// `time` in nanoseconds since 1970 stands in front, if it is given.
    func encoded(_ format: LogFormat, time: Int64?) -> [UInt8] {
        var text = LogText()
        begin(&text, format, time)
        for (key, value) in fields { text.field(key, value, format) }
        text.end(format)
        return text.bytes
    }

    /// Writes what stands before the fields.
    func begin(_ text: inout LogText, _ format: LogFormat, _ time: Int64?) {
        switch format {
        case .plain: plain(&text, time)
        case .logfmt: logfmt(&text, time)
        case .json: json(&text, time)
        }
    }
}

extension LogLine {
    private func plain(_ text: inout LogText, _ time: Int64?) {
        if let time {
            text.time(time)
            text.mark(" ")
        }
        bracketed(level.label, &text)
        bracketed(id ?? "-", &text)
        bracketed(plugin ?? "core", &text)
        text.plain(message.utf8.span)
    }

    private func bracketed(_ part: String, _ text: inout LogText) {
        text.mark("[")
        text.plain(part.utf8.span, allowing: LogText.bracketable)
        text.raw("] ")
    }

    private func logfmt(_ text: inout LogText, _ time: Int64?) {
        if let time {
            text.raw("time=")
            text.time(time)
            text.mark(" ")
        }
        text.raw("level=\(level.label) uuid=")
        text.value((id ?? "-").utf8.span)
        text.raw(" source=")
        text.value((plugin ?? "core").utf8.span)
        text.raw(" message=")
        text.quoted(message.utf8.span)
    }

    private func json(_ text: inout LogText, _ time: Int64?) {
        text.mark("{")
        if let time {
            text.raw("\"time\":\"")
            text.time(time)
            text.raw("\",")
        }
        text.raw("\"level\":\"\(level.label)\",\"uuid\":")
        text.json((id ?? "-").utf8.span)
        text.raw(",\"source\":")
        text.json((plugin ?? "core").utf8.span)
        text.raw(",\"message\":")
        text.json(message.utf8.span)
    }
}
