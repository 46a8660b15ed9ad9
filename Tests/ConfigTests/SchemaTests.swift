import Config
import Testing

struct SchemaTests {
    private static let schema = Schema(
        file: "smtp.ini",
        keys: [
            .init("listen", .textList, default: "[::0]:25", help: "Where to listen."),
            .init("inactivity_timeout", .duration(1...86400), default: "300"),
            .init("user", .text),
            .init("daemonize", .boolean, default: "false"),
            .init("nodes", .text, retired: "one process uses all processors"),
            .init("show_version", .boolean, in: "headers", default: "true"),
            .init("bytes", .bytes(0...1_000_000_000), in: "max", default: "25m"),
            .init("parts", .integer(1...1000), in: "max", default: "1000"),
            .init("level", .choice(["data", "info", "warn"]), in: "log", default: "info"),
            .init("greeting", .textList, in: "message"),
            .init(
                "even",
                .custom(allowed: "an even number", parse: { Int($0).flatMap { $0 % 2 == 0 ? $0 : nil } }),
                in: "log"
            ),
        ]
    )

    private func validate(_ text: String, strict: Bool = false) -> (settings: Settings, problems: [Problem]) {
        ConfigSnapshot(texts: ["smtp.ini": text]).validate(Self.schema, strict: strict)
    }

    @Test(arguments: [
        (
            "\n\ninactivity_timeout=soon",
            "config/smtp.ini:3: inactivity_timeout must be a whole number of seconds from 1 to 86400 "
                + "(also 90s, 15m, 4h, 5d), not 'soon'"
        ),
        (
            "inactivity_timeout=0",
            "config/smtp.ini:1: inactivity_timeout must be a whole number of seconds from 1 to 86400 "
                + "(also 90s, 15m, 4h, 5d), not '0'"
        ),
        (
            "inactivity_timeout=99999999999999999d",
            "config/smtp.ini:1: inactivity_timeout must be a whole number of seconds from 1 to 86400 "
                + "(also 90s, 15m, 4h, 5d), not '99999999999999999d'"
        ),
        (
            "daemonize=ture",
            "config/smtp.ini:1: daemonize must be true or false (also yes, no, on, off, 1, 0), not 'ture'"
        ),
        (
            "[max]\nbytes=lots",
            "config/smtp.ini:2: bytes in [max] must be a number of bytes from 0 to 1000000000 (also 10k, 25m, 1g), "
                + "not 'lots'"
        ),
        ("[max]\nparts=+5", "config/smtp.ini:2: parts in [max] must be a whole number from 1 to 1000, not '+5'"),
        ("[log]\nlevel=loud", "config/smtp.ini:2: level in [log] must be data, info or warn, not 'loud'"),
        ("[log]\neven=3", "config/smtp.ini:2: even in [log] must be an even number, not '3'"),
        (
            "daemonize[]=true",
            "config/smtp.ini:1: daemonize must be true or false (also yes, no, on, off, 1, 0), "
                + "not a list"
        ),
        ("user=a\u{7}b\nuser[]=c", "config/smtp.ini:1: user must be one text, not a list"),
    ])
    func `A bad value is an error that names file, line, key and what is allowed`(text: String, sentence: String) {
        let (settings, problems) = validate(text)
        #expect(problems.map(\.description) == [sentence])
        #expect(problems.map(\.severity) == [.error])
        #expect(settings.duration("inactivity_timeout") == .seconds(300))
        #expect(settings.bool("daemonize") == false)
    }

    @Test(arguments: [
        (
            "inactivty_timeout=5",
            "config/smtp.ini:1: inactivty_timeout is not a known key; did you mean inactivity_timeout?"
        ),
        ("LISTEN=5", "config/smtp.ini:1: LISTEN is not a known key; did you mean listen?"),
        ("[max]\nbtyes=5", "config/smtp.ini:2: btyes in [max] is not a known key; did you mean bytes?"),
        ("zzz=5", "config/smtp.ini:1: zzz is not a known key"),
        ("[header]\nshow_version=no", "config/smtp.ini:1: [header] is not a known section; did you mean headers?"),
    ])
    func `An unknown name warns with the nearest known one, and is an error if strict`(text: String, sentence: String) {
        #expect(validate(text).problems.map(\.description) == [sentence])
        #expect(validate(text).problems.map(\.severity) == [.warning])
        #expect(validate(text, strict: true).problems.map(\.severity) == [.error])
    }

    @Test func `A key without value has its default and is told, a retired one says why it has no effect`() {
        let (settings, problems) = validate("daemonize\n[max]\nparts=\n[main]\nnodes=cpus")
        #expect(
            problems.map(\.description) == [
                "config/smtp.ini:1: daemonize has no value; its default false is used",
                "config/smtp.ini:5: nodes has no effect: one process uses all processors",
                "config/smtp.ini:3: parts in [max] has no value; its default 1000 is used",
            ]
        )
        #expect(settings.int("max.parts") == 1000)
    }

    @Test func `Good values come typed, with the line that they stand on`() {
        let text = """
            listen=127.0.0.1:2525,[::1]:25
            inactivity_timeout=5m
            user=haraka
            daemonize=YES
            [headers]
            show_version=off
            [max]
            bytes=10k
            [log]
            level=WARN
            even=4
            [message]
            greeting[]=hello, world
            greeting[]=second
            """
        let (settings, problems) = validate(text)
        #expect(problems.isEmpty)
        #expect(settings.list("listen") == ["127.0.0.1:2525", "[::1]:25"])
        #expect(settings.duration("inactivity_timeout") == .seconds(300))
        #expect(settings.text("user") == "haraka")
        #expect(settings.bool("daemonize"))
        #expect(!settings.bool("headers.show_version"))
        #expect(settings.bytes("max.bytes") == 10240)
        #expect(settings.int("max.parts") == 1000)
        #expect(settings.text("log.level") == "warn")
        #expect(settings.custom("log.even", as: Int.self) == 4)
        #expect(settings.list("message.greeting") == ["hello, world", "second"])
        #expect(settings.origin("max.bytes") == Origin(path: "config/smtp.ini", line: 8))
        #expect(settings.origin("max.parts") == nil)
        #expect(!settings.has("nodes"))
    }

    @Test func `A comma parts a list whatever follows it`() {
        #expect(validate("listen=a,\u{331}b, c").settings.list("listen") == ["a", "\u{331}b", "c"])
    }

    @Test func `Typed values of yaml pass the same schema`() {
        let text = "'!smtp.ini': {main: {daemonize: true, inactivity_timeout: 60}, message: {greeting: [a, b]}}"
        let (settings, problems) = ConfigSnapshot(texts: ["all.yaml": text]).validate(Self.schema)
        #expect(problems.isEmpty)
        #expect(settings.bool("daemonize"))
        #expect(settings.duration("inactivity_timeout") == .seconds(60))
        #expect(settings.list("message.greeting") == ["a", "b"])
    }

    @Test func `A missing file gives the defaults`() {
        let (settings, problems) = ConfigSnapshot(texts: [:]).validate(Self.schema)
        #expect(problems.isEmpty)
        #expect(settings.list("listen") == ["[::0]:25"])
        #expect(settings.text("user").isEmpty)
        #expect(settings.list("message.greeting").isEmpty)
    }

    @Test func `An open schema takes sections of any name and checks the keys in them`() {
        let schema = Schema(
            file: "plugins.ini",
            keys: [
                .init("timeout", .duration(0...3600), default: "30"),
                .init("timeout", .duration(0...3600), in: "*", default: "30"),
                .init("required", .boolean, in: "*", default: "false"),
                .init("*", .textList, in: "limits"),
            ]
        )
        let text = "timeout=10\n[queue/maildir]\nrequired=yes\n[a.b]\ntimeuot=5\n[limits]\nx=1,2"
        let (settings, problems) = ConfigSnapshot(texts: ["plugins.ini": text]).validate(schema)
        #expect(
            problems.map(\.description) == [
                "config/plugins.ini:5: timeuot in [a.b] is not a known key; did you mean timeout?"
            ]
        )
        #expect(settings.openSections == ["queue/maildir", "a.b"])
        #expect(settings.bool("queue/maildir.required"))
        #expect(settings.duration("a.b.timeout") == .seconds(30))
        #expect(settings.duration("never.mentioned.timeout") == .seconds(30))
        #expect(settings.duration("timeout") == .seconds(10))
        #expect(settings.list("limits.x") == ["1", "2"])
        #expect(settings.names(in: "limits") == ["x"])
    }

    @Test func `A refused key is an error that says what to do instead, but not in a shipped file`() {
        let schema = Schema(file: "x.ini", keys: [.init("crl", .text, in: "*", refused: "take it out")])
        let text = "[a.b]\ncrl=x\n"
        let (_, problems) = ConfigSnapshot(texts: ["x.ini": text]).validate(schema)
        #expect(problems.map(\.description) == ["config/x.ini:2: crl in [a.b] isn't supported: take it out"])
        #expect(problems.map(\.severity) == [.error])
        #expect(ConfigSnapshot(texts: [:], shipped: ["x.ini": text]).validate(schema).problems.isEmpty)
    }

    @Test func `A list that is written as a section takes names alone, dots and all, beside open sections`() {
        let keys: [Schema.Key] = [.init("*", .mention, in: "hosts"), .init("key", .text, in: "*")]
        let text = "[hosts]\n192.0.2.0/24\n2001:db8::1\nb.example.org=no\nc=maybe\n[hosts.x]\nkey=1\n"
        let (settings, problems) = ConfigSnapshot(texts: ["x.ini": text])
            .validate(Schema(file: "x.ini", keys: keys))
        #expect(settings.names(in: "hosts") == ["192.0.2.0/24", "2001:db8::1", "b.example.org"])
        #expect(settings.bool("hosts.192.0.2.0/24") && settings.bool("hosts.2001:db8::1"))
        #expect(!settings.bool("hosts.b.example.org"))
        #expect(settings.origin("hosts.192.0.2.0/24")?.line == 2)
        #expect(settings.text("hosts.x.key") == "1")
        #expect(
            problems.map(\.description) == ["config/x.ini:5: c in [hosts] must be a name without a value, not 'maybe'"]
        )
    }

    @Test func `A key that the schema does not have stops the process`() async {
        await #expect(processExitsWith: .failure) {
            let schema = Schema(file: "x.ini", keys: [.init("a", .boolean, default: "true")])
            _ = ConfigSnapshot(texts: [:]).validate(schema).settings.bool("b")
        }
    }
}
