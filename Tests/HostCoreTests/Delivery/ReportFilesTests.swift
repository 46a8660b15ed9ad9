import Config
import Mail
import Testing

@testable import HostCore

/// The administrator's words about mail that comes back.
struct ReportFilesTests {
    /// As Haraka ships it.
    private static let message = """
        Content-Transfer-Encoding: 7bit
        From: MAILER-DAEMON@{me}
        To: {from}
        Subject: failure notice
        Message-Id: {msgid}

        Hi. This is the Haraka program at {me}.
        # not a comment
        {recipients}: {extended_reason}
        """

    @Test(arguments: ["outbound.", "outbound/"])
    func `Haraka's files are read as they are, with what is wrong with them`(prefix: String) throws {
        let service = try Service([
            "\(prefix)bounce_message": Self.message,
            "\(prefix)bounce_message_html": "<p>{reasn}</p>\n",
        ])
        let configuration = try service.configuration()
        var expected = ReportTemplate(Self.message, html: "<p>{reasn}</p>\n")
        #expect(configuration.reportTemplate == expected)
        expected = ReportTemplate(Self.message)
        #expect(configuration.reportTemplate != expected)
        let told = configuration.problems.map(\.description)
        #expect(told.contains { $0.contains("config/\(prefix)bounce_message_html:1: {reasn} is no variable") })
    }

    @Test func `Without a text there is no template`() throws {
        let service = try Service(["outbound.bounce_message_html": "<p>hi</p>\n"])
        let configuration = try service.configuration()
        #expect(configuration.reportTemplate == nil)
        #expect(configuration.problems.contains { $0.description.contains("there is no outbound.bounce_message") })
        #expect(try Service().configuration().reportTemplate == nil)
    }

    @Test(arguments: [("", 4 * 3600), ("90m", 5400), ("none", nil), ("2d", 172_800)])
    func `How long mail waits before its sender is told is a setting`(text: String, seconds: Int?) throws {
        let service = try Service(["outbound.ini": text.isEmpty ? "" : "delay_notice=\(text)\n"])
        let outbound = try service.configuration().outbound
        #expect(outbound.delayNotice == seconds.map { .seconds($0) })
        #expect(outbound.deletedKeep == .seconds(7 * 86_400))
    }

    @Test(arguments: ["0", "soon", "-1h", "9999d"])
    func `What is no time is told`(text: String) throws {
        let service = try Service(["outbound.ini": "delay_notice=\(text)\n"])
        #expect(throws: StartError.self) { try service.configuration() }
    }
}
