import FakeHost
import PluginABI
import PluginKit
import QueueQuarantine
import Testing

@Suite struct PluginTests {
    private static let later = FakeHost.Answer(
        HK_V_DENYSOFT,
        451,
        "4.3.0",
        "The message cannot be taken now, try later"
    )

    private func service(_ ini: String = "quarantine_path = put/aside\n") -> FakeHost {
        let host = FakeHost()
        host.configure("quarantine.ini", ini)
        host.message = ["Subject: x\r\n\r\n", "text\r\n"]
        #expect(host.load(QueueQuarantine.self) == nil)
        return host
    }

    private func note(_ host: FakeHost, _ key: String, _ value: Value, session: Bool = false) {
        host.notes["\(session ? Facts.session : Facts.transaction) \(key)"] = value
    }

    private func days(_ host: FakeHost, _ folder: String = "") -> [String] {
        entries(of: "\(host.directory)/put/aside\(folder)").filter { $0.count == 8 && Int($0) != nil }
    }

    @Test("Mail without a mark goes on and leaves nothing", arguments: [nil, false, "", "no"] as [Value?])
    func unmarked(_ mark: Value?) {
        let host = service()
        if let mark { note(host, "@quarantine", mark) }
        #expect(host.run("queue") == FakeHost.Answer(HK_V_CONT))
        #expect(entries(of: "\(host.directory)/put/aside") == [])
    }

    @Test(
        "A marked message lies whole in the folder of its day, and goes on",
        arguments: [(true, ""), ("yes", ""), ("virus", "/virus"), ("spam/high", "/spam/high")] as [(Value, String)]
    ) func keeps(_ mark: Value, _ folder: String) throws {
        for session in [false, true] {
            let host = service()
            note(host, "@quarantine", mark, session: session)
            #expect(host.run(session ? "queue_outbound" : "queue") == FakeHost.Answer(HK_V_CONT))
            let day = try #require(days(host, folder).first)
            let place = "\(host.directory)/put/aside\(folder)/\(day)"
            let name = try #require(entries(of: place).first)
            #expect(entries(of: place).count == 1)
            #expect(contents(of: "\(place)/\(name)") == "Subject: x\n\ntext\n")
            #expect(entries(of: "\(host.directory)/put/aside/tmp") == [])
            #expect(host.notes["\(Facts.transaction) @quarantined"] == .string("\(place)/\(name)"))
            #expect(host.results == ["pass \(place)/\(name)"])
        }
    }

    @Test("Lines may stay as they came")
    func crlf() throws {
        let host = service("quarantine_path = put/aside\nline_endings = crlf\n")
        note(host, "@quarantine", true)
        _ = host.run("queue")
        let day = try #require(days(host).first)
        let place = "\(host.directory)/put/aside/\(day)"
        #expect(contents(of: "\(place)/\(entries(of: place)[0])") == host.messageText)
    }

    @Test(
        "A folder that leads elsewhere is not followed: the day's own is used",
        arguments: ["../out", "/etc/../x", "a/../../b", ".hidden", "tmp", "tmp/x", "a b", "a\0b", "1/2/3/4/5/6/7/8/9"]
    ) func hostile(_ mark: String) {
        let host = service()
        note(host, "@quarantine", .string(mark))
        #expect(host.run("queue") == FakeHost.Answer(HK_V_CONT))
        #expect(days(host).count == 1)
        #expect(host.logs.contains { $0.hasSuffix("is no folder of a quarantine") })
    }

    @Test(
        "The mark may say what the client gets",
        arguments: [
            ("DENY This is spam", FakeHost.Answer(HK_V_DENY, 0, "", "This is spam")),
            ("902", FakeHost.Answer(HK_V_DENY)),
            ("denysoft later", FakeHost.Answer(HK_V_DENYSOFT, 0, "", "later")),
            ("906 thanks", FakeHost.Answer(HK_V_OK, 0, "", "thanks")),
            ("OK", FakeHost.Answer(HK_V_OK)), ("CONT", FakeHost.Answer(HK_V_CONT)), ("perhaps", later),
        ]
    ) func actions(_ action: String, _ answer: FakeHost.Answer) {
        let host = service()
        note(host, "@quarantine", true)
        note(host, "@quarantine_action", .string(action))
        #expect(host.run("queue") == answer)
        #expect(days(host).count == 1)
    }

    @Test("What can't be put aside is not delivered either")
    func fails() {
        let host = service("quarantine_path = config/quarantine.ini/x\n")
        #expect(host.logs.first?.hasPrefix("the quarantine cannot be used") == true)
        note(host, "@quarantine", true)
        note(host, "@quarantine_action", "OK")
        #expect(host.run("queue") == Self.later)
    }

    @Test("Nothing is left of a message whose client was told to come again")
    func unwanted() {
        let host = service()
        host.isLive = false
        note(host, "@quarantine", true)
        #expect(host.run("queue") == Self.later)
        #expect(entries(of: "\(host.directory)/put/aside/tmp") == [])
        for day in days(host) { #expect(entries(of: "\(host.directory)/put/aside/\(day)") == []) }
    }
}
