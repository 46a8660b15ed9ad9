import FakeHost
import Glibc
import PluginABI
import QueueMaildir
import Testing

@Suite struct PluginTests {
    private static let noMailbox = FakeHost.Answer(HK_V_DENY, 550, "5.1.1", "No mailbox here by that name")
    private static let later =
        FakeHost.Answer(HK_V_DENYSOFT, 451, "4.3.0", "The mailbox cannot be written now, try later")
    private static let go = FakeHost.Answer(HK_V_CONT)

    private func host(_ ini: String = "", mailboxes: [String] = ["anna", "postmaster"]) throws -> FakeHost {
        let host = FakeHost()
        host.configure("host_list", "example.org\nexample.net\n")
        host.configure("maildir.ini", ini)
        #expect(host.load(QueueMaildir.self) == nil)
        for name in mailboxes {
            for part in ["", "/tmp", "/new", "/cur"] { unsafe mkdir("\(host.directory)/mail/\(name)\(part)", 0o700) }
        }
        host.message = ["Subject: x\r\n\r\n", "text\r\n"]
        host.facts.sender = "sender@far.example"
        return host
    }

    private func rcpt(_ host: FakeHost, _ address: String) -> FakeHost.Answer? {
        host.facts.recipients = [address]
        return host.run("rcpt_ok")
    }

    @Test(
        "Only people with a mailbox are recipients",
        arguments: [
            ("anna@example.org", go), ("ANNA+x@example.net", go), ("bert@example.org", noMailbox),
            ("../anna@example.org", noMailbox), ("bert@far.example", go), ("@example.org", noMailbox),
        ]
    ) func checksRecipients(_ address: String, _ answer: FakeHost.Answer) throws {
        #expect(rcpt(try host(), address) == answer)
    }

    @Test("catch_all takes what has no mailbox") func catches() throws {
        let host = try host("catch_all = postmaster\n")
        #expect(rcpt(host, "bert@example.org") == Self.go)
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        #expect(entries(of: "\(host.directory)/mail/postmaster/new").count == 1)
        #expect(rcpt(try self.host("catch_all = nobody\n"), "bert@example.org") == Self.later)
    }

    @Test("create=true makes the mailbox at its first message") func creates() throws {
        let host = try host("create = true\nper_domain = true\n", mailboxes: [])
        #expect(rcpt(host, "bert@example.org") == Self.go)
        #expect(entries(of: "\(host.directory)/mail").isEmpty)
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        #expect(entries(of: "\(host.directory)/mail/example.org/bert/new").count == 1)
    }

    @Test("The postmaster without a domain has a mailbox, also with per_domain", arguments: ["create=true", "", "x"])
    func knowsPostmaster(_ ini: String) throws {
        let mailboxes = ini.isEmpty ? ["postmaster"] : ini == "x" ? ["x"] : []
        let host = try host("per_domain=true\n\(ini == "x" ? "catch_all=x" : ini)\n", mailboxes: mailboxes)
        #expect(rcpt(host, "postmaster") == Self.go)
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        let mailbox = ini == "x" ? "x" : "postmaster"
        #expect(entries(of: "\(host.directory)/mail/\(mailbox)/new").count == 1)
        #expect(entries(of: "\(host.directory)/mail") == [mailbox])
    }

    @Test("A mailbox gets one copy, however many of its addresses were given", arguments: ["queue", "queue_outbound"])
    func delivers(_ hook: String) throws {
        let host = try host()
        host.facts.recipients = [
            "anna@example.org", "Anna+x@example.org", "anna@example.net", "postmaster@example.org",
        ]
        #expect(host.run(hook) == FakeHost.Answer(HK_V_OK))
        let files = entries(of: "\(host.directory)/mail/anna/new")
        #expect(files.count == 1 && entries(of: "\(host.directory)/mail/postmaster/new").count == 1)
        #expect(
            contents(of: "\(host.directory)/mail/anna/new/\(files.first ?? "")")
                == "Return-Path: <sender@far.example>\r\nDelivered-To: anna@example.org\r\n" + host.messageText
        )
    }

    @Test("A mail that took longer than the server waits is removed, with a warning") func isLate() throws {
        let host = try host()
        host.facts.recipients = ["anna@example.org", "postmaster@example.org"]
        host.isLive = false
        #expect(host.run("queue") == Self.later)
        for name in ["anna/tmp", "anna/new", "postmaster/tmp", "postmaster/new"] {
            #expect(entries(of: "\(host.directory)/mail/\(name)").isEmpty)
        }
        #expect(host.logs.contains { $0.hasPrefix("not delivered: the disk took so long") })
        host.isLive = true
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        #expect(entries(of: "\(host.directory)/mail/anna/new").count == 1)
    }

    @Test("Mail that is partly for elsewhere is not swallowed", arguments: ["queue", "queue_outbound"])
    func leavesForeignMail(_ hook: String) throws {
        let host = try host()
        host.facts.relaying = true
        for recipients in [["anna@example.org", "x@far.example"], ["x@far.example"], []] {
            host.facts.recipients = recipients
            #expect(host.run(hook) == Self.go)
        }
        #expect(entries(of: "\(host.directory)/mail/anna/new").isEmpty)
    }

    @Test("A mailbox that has gone, and a mail folder that cannot be used, are for later") func fails() throws {
        let host = try host()
        host.facts.recipients = ["anna@example.org", "bert@example.org"]
        #expect(host.run("queue") == Self.later)
        #expect(entries(of: "\(host.directory)/mail/anna/new").isEmpty)
        removeTree("\(host.directory)/mail")
        #expect(rcpt(host, "anna@example.org") == Self.later)
        #expect(host.run("queue") == Self.later)
    }

    @Test(
        "A mistake in maildir.ini names file, line and what is allowed",
        arguments: [
            ("\ncreate = maybe\n", "config/maildir.ini:2: create is \"maybe\", but must be true or false"),
            (
                "line_endings=cr\n",
                "config/maildir.ini:1: line_endings is \"cr\", but must be crlf or lf"
            ),
            (
                "create=true\ncatch_all=x\n",
                "config/maildir.ini:2: create=true leaves nothing for catch_all=x to catch; set one of them only"
            ),
        ]
    ) func refuses(_ ini: String, _ sentence: String) {
        let host = FakeHost()
        host.configure("maildir.ini", ini)
        #expect(host.load(QueueMaildir.self)?.hasSuffix(sentence) == true)
    }

    @Test("A changed configuration is taken as a whole or not at all") func reconfigures() throws {
        let host = try host()
        host.configure("maildir.ini", "create=true\nline_endings=lf\n")
        #expect(host.reconfigure() == nil)
        #expect(rcpt(host, "bert@example.org") == Self.go)
        host.configure("maildir.ini", "create=false\nline_endings=cr\n")
        #expect(host.reconfigure() != nil)
        #expect(rcpt(host, "carl@example.org") == Self.go)
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        let name = entries(of: "\(host.directory)/mail/carl/new").first ?? ""
        #expect(contents(of: "\(host.directory)/mail/carl/new/\(name)")?.contains("\r") == false)
    }
}
