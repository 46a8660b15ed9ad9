import Testing

@testable import HostCore

struct LogLineTests {
    /// 2026-11-22T14:05:09.042Z.
    private static let time: Int64 = 1_795_356_309_042_999_999

    private static let line = LogLine(
        .notice,
        "refused",
        id: "8F2C.1",
        plugin: "rcpt_to.in_host_list",
        [
            ("code", 550), ("reply", "no such \"user\""), ("tls", false), ("took", .seconds(.milliseconds(1042))),
            ("fact", ""),
        ]
    )

    private func text(_ line: LogLine, _ format: LogFormat, time: Int64? = nil) -> String {
        String(decoding: line.encoded(format, time: time), as: UTF8.self)
    }

    @Test("The default format is Haraka's, with key=value behind the message")
    func plain() {
        #expect(
            text(Self.line, .plain) == """
                [NOTICE] [8F2C.1] [rcpt_to.in_host_list] refused code=550 reply="no such \\"user\\"" tls=false \
                took=1.042 fact=""\n
                """
        )
        #expect(text(LogLine(.crit, "stopped"), .plain) == "[CRIT] [-] [core] stopped\n")
        #expect(
            text(LogLine(.info, "up"), .plain, time: Self.time) == "2026-11-22T14:05:09.042Z [INFO] [-] [core] up\n"
        )
    }

    @Test("Logfmt has level, uuid, source and message first")
    func logfmt() {
        #expect(
            text(Self.line, .logfmt, time: Self.time) == """
                time=2026-11-22T14:05:09.042Z level=NOTICE uuid=8F2C.1 source=rcpt_to.in_host_list message="refused" \
                code=550 reply="no such \\"user\\"" tls=false took=1.042 fact=""\n
                """
        )
        #expect(text(LogLine(.data, "a b"), .logfmt) == "level=DATA uuid=- source=core message=\"a b\"\n")
    }

    @Test("JSON keeps numbers and flags as such")
    func json() {
        #expect(
            text(Self.line, .json) == """
                {"level":"NOTICE","uuid":"8F2C.1","source":"rcpt_to.in_host_list","message":"refused","code":550,\
                "reply":"no such \\"user\\"","tls":false,"took":1.042,"fact":""}\n
                """
        )
        #expect(
            text(LogLine(.emerg, "x"), .json, time: 0)
                == "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"EMERG\",\"uuid\":\"-\",\"source\":\"core\",\"message\":\"x\"}\n"
        )
    }

    /// What a peer sends, then how it looks behind `key=`, in a message and in JSON.
    private static let escapes: [([UInt8], String, String, String)] = [
        (Array("plain@example.com".utf8), "plain@example.com", "plain@example.com", "\"plain@example.com\""),
        (Array("two words".utf8), "\"two words\"", "two words", "\"two words\""),
        (Array("a=b".utf8), "\"a=b\"", "a=b", "\"a=b\""),
        (Array("\\x0a".utf8), "\"\\\\x0a\"", "\\x0a", "\"\\\\x0a\""),
        (Array("a\r\n[EMERG]".utf8), "\"a\\x0d\\x0a[EMERG]\"", "a\\x0d\\x0a[EMERG]", "\"a\\u000d\\u000a[EMERG]\""),
        ([0x00, 0x1B, 0x7F], "\"\\x00\\x1b\\x7f\"", "\\x00\\x1b\\x7f", "\"\\u0000\\u001b\\u007f\""),
        (Array("ünï".utf8), "\"ünï\"", "ünï", "\"ünï\""),
        (Array("😀".utf8), "\"😀\"", "😀", "\"😀\""),
        (Array("\u{85}".utf8), "\"\\xc2\\x85\"", "\\xc2\\x85", "\"\\\\xc2\\\\x85\""),
        (Array("\u{2028}".utf8), "\"\\xe2\\x80\\xa8\"", "\\xe2\\x80\\xa8", "\"\\\\xe2\\\\x80\\\\xa8\""),
        (Array("\u{202E}".utf8), "\"\\xe2\\x80\\xae\"", "\\xe2\\x80\\xae", "\"\\\\xe2\\\\x80\\\\xae\""),
        ([0xFF, 0x41], "\"\\xffA\"", "\\xffA", "\"\\\\xffA\""),
        ([0xC0, 0x8A], "\"\\xc0\\x8a\"", "\\xc0\\x8a", "\"\\\\xc0\\\\x8a\""),
        ([0xE2, 0x82], "\"\\xe2\\x82\"", "\\xe2\\x82", "\"\\\\xe2\\\\x82\""),
        ([0xED, 0xA0, 0x80], "\"\\xed\\xa0\\x80\"", "\\xed\\xa0\\x80", "\"\\\\xed\\\\xa0\\\\x80\""),
        (
            [0xF4, 0x90, 0x80, 0x80], "\"\\xf4\\x90\\x80\\x80\"", "\\xf4\\x90\\x80\\x80",
            "\"\\\\xf4\\\\x90\\\\x80\\\\x80\""
        ),
        ([], "\"\"", "", "\"\""),
    ]

    @Test("Nothing that a peer sends can forge a line or a field", arguments: escapes.indices)
    func escaping(_ row: Int) {
        let (bytes, value, message, json) = Self.escapes[row]
        #expect(text(LogLine(.info, "m", [("k", .bytes(bytes))]), .plain) == "[INFO] [-] [core] m k=\(value)\n")
        #expect(text(LogLine(.info, "m", [("k", .bytes(bytes))]), .json).hasSuffix("\"k\":\(json)}\n"))
        var escaped = LogText()
        escaped.plain(bytes.span)
        #expect(String(decoding: escaped.bytes, as: UTF8.self) == message)
    }

    @Test("Ids, plugins and keys cannot leave their places either")
    func frame() {
        let line = LogLine(.info, "m", id: "a] [b", plugin: "p\n]", [("k = v\n", 1)])
        #expect(text(line, .plain) == "[INFO] [a\\x5d\\x20[b] [p\\x0a\\x5d] m k___v_=1\n")
    }

    @Test(
        "Dates are right on both sides of leap days",
        arguments: [
            (951_782_399, "2000-02-28T23:59:59.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
            (951_868_800, "2000-03-01T00:00:00.000Z"), (1_709_164_800, "2024-02-29T00:00:00.000Z"),
            (1_798_761_599, "2026-12-31T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.000Z"),
        ] as [(Int64, String)]
    )
    func dates(_ seconds: Int64, _ expected: String) {
        var written = LogText()
        written.time(seconds * 1_000_000_000)
        #expect(String(decoding: written.bytes, as: UTF8.self) == expected)
    }
}
