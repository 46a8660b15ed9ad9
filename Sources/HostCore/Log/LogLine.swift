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
        switch format {
        case .plain: plain(&text, time)
        case .logfmt: logfmt(&text, time)
        case .json: json(&text, time)
        }
        text.endLine()
        return text.bytes
    }
}

extension LogLine {
    private func plain(_ text: inout LogText, _ time: Int64?) {
        if let time {
            text.time(time)
            text.raw(" ")
        }
        bracketed(level.label, &text)
        bracketed(id ?? "-", &text)
        bracketed(plugin ?? "core", &text)
        text.plain(message.utf8.span)
        pairs(&text)
    }

    private func bracketed(_ part: String, _ text: inout LogText) {
        text.raw("[")
        text.plain(part.utf8.span) { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: " ") }
        text.raw("] ")
    }

    private func logfmt(_ text: inout LogText, _ time: Int64?) {
        if let time {
            text.raw("time=")
            text.time(time)
            text.raw(" ")
        }
        text.raw("level=\(level.label) uuid=")
        text.value((id ?? "-").utf8.span)
        text.raw(" source=")
        text.value((plugin ?? "core").utf8.span)
        text.raw(" message=")
        text.quoted(message.utf8.span)
        pairs(&text)
    }

    private func pairs(_ text: inout LogText) {
        for (key, value) in fields {
            text.raw(" ")
            text.key(key)
            text.raw("=")
            text.pair(value)
        }
    }

    private func json(_ text: inout LogText, _ time: Int64?) {
        text.raw("{")
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
        for (key, value) in fields {
            text.raw(",\"")
            text.key(key)
            text.raw("\":")
            text.member(value)
        }
        text.raw("}")
    }
}
